import { type Binding, hasJiraProject } from '../../shared/domain/mapping/binding.ts';
import { bindingName, entryKey } from '../../shared/domain/mapping/binding-key.ts';
import { createBindings } from '../../shared/domain/mapping/bindings.ts';
import type { LocatedProblem } from '../../shared/domain/mapping/problem.ts';
import { locateBinding } from '../../shared/domain/mapping/source/locate-binding.ts';
import { decodeAnyText } from '../../shared/kernel/text/decode-text.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { CliIO } from './io.ts';
import { readInput } from './read-input.ts';
import { type MappingDisk, nameInput, parseMappingBytes } from './read-mapping.ts';

/** The files of several teams as one mapping, or every file that has problems. */
export type JoinedMapping =
  | { bindings: Binding[]; files: string[] }
  | { bad: { path: string; problems: LocatedProblem[]; left: number }[] };

type Disk = MappingDisk & Pick<CliIO, 'listFolder'>;

/**
 * Reads mapping files and folders of them, and joins their bindings in the order given. `defaults` of a file count for
 * that file only. A Jira project, or a credential in two spellings, in two files is a problem that names both places.
 * @throws {UsageError} for what cannot be read, and for a folder without YAML
 */
export async function readMappings(paths: readonly string[], io: Disk): Promise<JoinedMapping> {
  const files = (await Promise.all(paths.map((path) => expand(path, io)))).flat();
  const parts: Part[] = [];
  const bad: { path: string; problems: LocatedProblem[]; left: number }[] = [];
  for (const path of files) {
    const bytes = await readInput(path, 'mapping', io);
    const parsed = await parseMappingBytes(bytes, path, io);
    if ('problems' in parsed) bad.push({ path, ...parsed });
    else parts.push({ path, text: decodeAnyText(bytes), ...parsed });
  }
  const conflicts = findConflicts(parts);
  const all = [...bad, ...conflicts];
  return all.length > 0 ? { bad: all } : { bindings: parts.flatMap(({ bindings }) => bindings), files };
}

interface Part {
  path: string;
  text: string;
  bindings: Binding[];
  owner?: string;
}

/** The YAML files of a folder by name, without its folders; a file is itself. */
async function expand(path: string, io: Disk): Promise<string[]> {
  const names = path === '-' ? undefined : await io.listFolder(path);
  if (!names) return [path];
  const files = names.filter((name) => /\.ya?ml$/i.test(name)).toSorted();
  if (files.length === 0) throw new UsageError(`${path}: this folder has no YAML file`);
  return files.map((name) => `${path.replace(/\/+$/, '')}/${name}`);
}

/** One entry of a file. */
interface Entry {
  part: Part;
  index: number;
  binding: Binding;
  /** Those that only routes lead to among them; in lower case. */
  repos: string[];
}

function listEntries(part: Part): Entry[] {
  const { entries, ofName } = createBindings(part.bindings);
  return entries.map((binding, index) => {
    const repos = ofName(bindingName(binding)).map(({ repo }) => repo.toLowerCase());
    return { part, index, binding, repos };
  });
}

function findConflicts(parts: readonly Part[]): { path: string; problems: LocatedProblem[]; left: number }[] {
  const entries = parts.flatMap(listEntries);
  const first = new Map(entries.toReversed().map((entry) => [entryKey(entry.binding), entry]));
  const withJira = entries.filter(({ binding }) => hasJiraProject(binding));
  const speakers = new Map(withJira.flatMap((entry) => entry.repos.map((repo) => [repo, entry] as const)));
  const byPart = Map.groupBy(entries, ({ part }) => part);
  return [...byPart].flatMap(([part, own]) => {
    const problems = own.flatMap((entry): LocatedProblem[] => {
      const message = describeConflict(entry, first, speakers);
      if (message === undefined) return [];
      const where = `binding ${entry.index + 1} (${bindingName(entry.binding)})`;
      return [{ ...locateBinding(part.text, entry.index), where, message }];
    });
    return problems.length > 0 ? [{ path: part.path, problems, left: 0 }] : [];
  });
}

type Entries = ReadonlyMap<string, Entry>;

/** Two of one file have been compared where the file was checked. */
function describeConflict({ part, binding }: Entry, first: Entries, speakers: Entries): string | undefined {
  const name = bindingName(binding);
  const same = first.get(entryKey(binding));
  if (same && same.part !== part) return describeSame(name, same);
  const speaker = hasJiraProject(binding) ? undefined : speakers.get(binding.repo.toLowerCase());
  return speaker && describeSpeaker(name, speaker);
}

function describeSame(name: string, { part, index, binding }: Entry): string {
  const why = hasJiraProject(binding) ? '; a Jira project has one repository' : ' without a Jira project';
  return `"${name}" is bound by two files${why}. It is bound first in ${placeOf(part, index)}`;
}

function describeSpeaker(name: string, { part, index }: Entry): string {
  return `"${name}" is bound to a Jira project as well, whose binding has its merge requests reviewed and its notes answered; leave this binding out and write its review there. That is in ${placeOf(part, index)}`;
}

function placeOf({ path, text, owner }: Part, index: number): string {
  const { line, column } = locateBinding(text, index);
  return `${nameInput(path)}:${line}:${column}${owner === undefined ? '' : ` (owner ${owner})`}`;
}
