import type { Binding } from '../../shared/domain/mapping/binding.ts';
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

function findConflicts(parts: readonly Part[]): { path: string; problems: LocatedProblem[]; left: number }[] {
  const first = new Map<string, { part: Part; index: number }>();
  return parts.flatMap((part) => {
    // One for each entry of the file, with or without routes.
    const { projects } = createBindings(part.bindings);
    const problems = projects.flatMap(({ jiraProject }, index): LocatedProblem[] => {
      const other = first.get(jiraProject);
      if (!other) {
        first.set(jiraProject, { part, index });
        return [];
      }
      const message = `"${jiraProject}" is bound by two files; a Jira project has one repository. It is bound first in ${placeOf(other.part, other.index)}`;
      return [{ ...locateBinding(part.text, index), where: `binding ${index + 1} (${jiraProject})`, message }];
    });
    return problems.length > 0 ? [{ path: part.path, problems, left: 0 }] : [];
  });
}

function placeOf({ path, text, owner }: Part, index: number): string {
  const { line, column } = locateBinding(text, index);
  return `${nameInput(path)}:${line}:${column}${owner === undefined ? '' : ` (owner ${owner})`}`;
}
