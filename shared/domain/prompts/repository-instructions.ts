import picomatch from 'picomatch';

import { cleanText } from '../../kernel/text/clean-text.ts';
import { cutText } from '../../kernel/text/cut-text.ts';
import { fitWords } from '../../kernel/text/fit-words.ts';
import { parseFrontMatter } from './front-matter.ts';

/** A file of the target branch that may hold guidance; `path` is relative to the repository, with `/`. */
export type InstructionFile =
  | { path: string; content: string }
  /** Not read, and why: the end of a sentence. */
  | { path: string; leftOut: string };

/** Guidance for contributors that the repository carries. */
export type RepositoryInstruction =
  /** A text to follow in files that match one of these globs; absent means everywhere. */
  | { kind: 'guidance'; path: string; appliesTo?: readonly string[]; text: string }
  /** A file to read when its description fits the work. */
  | { kind: 'skill' | 'agent'; path: string; name: string; description: string; text: string };

export interface SelectedInstructions {
  /** In the order in which they are to be read: of two that disagree, the later one is nearer and wins. */
  instructions: RepositoryInstruction[];
  /** Files that were left out, not used or cut, and why: one sentence each. */
  warnings: string[];
}

const MAX_FILE_CHARACTERS = 20_000;
const MAX_CHARACTERS = 60_000;
const MAX_CATALOGUE_ENTRIES = 50;
const WHERE_IT_BELONGS =
  'names of instruction files end in .instructions.md, and a skill is a SKILL.md in a directory of its own';

/**
 * The guidance that concerns a change: AGENTS.md, CLAUDE.md and GEMINI.md (root and nested),
 * `.github/copilot-instructions.md`, `.github/instructions/*.instructions.md` by their `applyTo`, and the names of
 * skills and custom agents. Without `changedPaths`, when it is not known yet what will change, everything concerns it.
 * A file that is none of these is named in a warning, because its author expects it to be read.
 */
export function selectInstructions(files: InstructionFile[], changedPaths?: string[]): SelectedInstructions {
  const warnings: string[] = [];
  const found = [...files]
    .sort((one, other) => depth(one.path) - depth(other.path) || (one.path < other.path ? -1 : 1))
    .flatMap((file) => readInstruction(file, warnings) ?? []);
  const fitting = found.filter((instruction) => concerns(instruction, changedPaths));
  return { instructions: withinCaps(withoutCopies(fitting), warnings), warnings };
}

function readInstruction(file: InstructionFile, warnings: string[]): RepositoryInstruction | undefined {
  const { path } = file;
  if ('leftOut' in file) {
    warnings.push(`${path} is left out: ${file.leftOut}.`);
    return undefined;
  }
  const text = cleanText(file.content);
  const general = /^(?:(.+)\/)?(?:AGENTS|CLAUDE|GEMINI)\.md$/u.exec(path);
  if (general) return { kind: 'guidance', path, text, ...(general[1] && { appliesTo: [inDirectory(general[1])] }) };
  if (path === '.github/copilot-instructions.md') return { kind: 'guidance', path, text };
  try {
    if (/^\.github\/instructions\/.+\.instructions\.md$/u.test(path)) return readScoped(path, text);
    if (/^\.(?:github|claude|agents)\/skills\/.+\/SKILL\.md$/u.test(path)) return readCatalogued('skill', path, text);
    if (/^\.(?:github|claude|agents)\/agents\/.+\.md$/u.test(path)) return readCatalogued('agent', path, text);
    warnings.push(`${path} is not used: ${WHERE_IT_BELONGS}.`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    warnings.push(`${path} is left out: ${error.message}.`);
  }
  return undefined;
}

function readScoped(path: string, text: string): RepositoryInstruction {
  const { fields, body } = parseFrontMatter(text);
  const { applyTo = '**' } = fields;
  const appliesTo = [applyTo].flat().flatMap(splitGlobs);
  const isEverywhere = appliesTo.length === 0 || appliesTo.includes('**');
  return { kind: 'guidance', path, text: body, ...(!isEverywhere && { appliesTo }) };
}

/**
 * Splits `src/**, *.{ts,tsx}` at its commas, but for those in braces, brackets and parentheses, which belong to one
 * glob.
 */
function splitGlobs(list: string): string[] {
  const globs = [''];
  let open = 0;
  for (const character of list) {
    if ('{[('.includes(character)) open += 1;
    if ('}])'.includes(character)) open = Math.max(0, open - 1);
    if (character === ',' && open === 0) globs.push('');
    else globs.push(`${globs.pop() ?? ''}${character}`);
  }
  return globs.map((glob) => glob.trim()).filter((glob) => glob !== '');
}

/** A directory may be called `[id]` or `a(b)`: the characters mean themselves. */
function inDirectory(directory: string): string {
  return `${directory.replace(/[\\*?[\]{}()!+@|]/gu, '\\$&')}/**`;
}

function readCatalogued(kind: 'skill' | 'agent', path: string, text: string): RepositoryInstruction {
  const { fields, body } = parseFrontMatter(text);
  const { name = nameFromPath(path), description } = fields;
  if (typeof name !== 'string' || name === '') throw new SyntaxError('name is not a text');
  if (typeof description !== 'string' || description === '') throw new SyntaxError('it has no description');
  return { kind, path, name: name.slice(0, 100), description: fitWords(description, 500), text: body };
}

function nameFromPath(path: string): string {
  const parts = path.split('/');
  const last = parts.at(-1) ?? path;
  return last === 'SKILL.md' ? (parts.at(-2) ?? path) : last.replace(/(?:\.agent)?\.md$/u, '');
}

function concerns(instruction: RepositoryInstruction, changedPaths: string[] | undefined): boolean {
  if (instruction.kind !== 'guidance' || !instruction.appliesTo || !changedPaths) return true;
  const matches = picomatch([...instruction.appliesTo], { dot: true });
  return changedPaths.some((path) => matches(path));
}

/** Links to one file, and files kept in step by hand. */
function withoutCopies(instructions: RepositoryInstruction[]): RepositoryInstruction[] {
  const seen = new Set<string>();
  return instructions.filter((instruction) => {
    const { kind } = instruction;
    const identity = JSON.stringify(
      kind === 'guidance' ? [kind, instruction.appliesTo, instruction.text.trim()] : [kind, instruction.name],
    );
    if (seen.has(identity)) return false;
    seen.add(identity);
    return true;
  });
}

function withinCaps(instructions: RepositoryInstruction[], warnings: string[]): RepositoryInstruction[] {
  let left = MAX_CHARACTERS;
  let catalogued = 0;
  return instructions.flatMap((instruction): RepositoryInstruction[] => {
    if (instruction.kind !== 'guidance') {
      catalogued += 1;
      if (catalogued === MAX_CATALOGUE_ENTRIES + 1) {
        warnings.push(`Only the first ${MAX_CATALOGUE_ENTRIES} skills and agents are named.`);
      }
      return catalogued > MAX_CATALOGUE_ENTRIES ? [] : [instruction];
    }
    const text = instruction.text.trim();
    if (text === '') return [];
    const room = Math.min(left, MAX_FILE_CHARACTERS);
    if (room === 0) {
      warnings.push(
        `${instruction.path} is left out: there are more than ${MAX_CHARACTERS} characters of instructions.`,
      );
      return [];
    }
    if (text.length > room) warnings.push(`${instruction.path} is cut: ${room} of ${text.length} characters are used.`);
    left -= Math.min(text.length, room);
    return [{ ...instruction, text: text.length > room ? `${cutText(text, room)}\n[cut here]` : text }];
  });
}

function depth(path: string): number {
  return path.startsWith('.') ? 0 : path.split('/').length;
}
