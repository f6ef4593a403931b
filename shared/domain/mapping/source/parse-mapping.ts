import { type Document, LineCounter, type YAMLError } from 'yaml';

import type { Binding } from '../binding.ts';
import type { LocatedProblem, SourceProblem } from '../problem.ts';
import { valueAt } from '../value-at.ts';
import { checkSource } from './check-source.ts';
import { describeSyntaxError, isAboutStructure, withoutConsequences } from './describe-syntax-error.ts';
import { findTokensInComments } from './find-tokens-in-comments.ts';
import { type FileContents, listInstructionFiles } from './inline-instructions.ts';
import { limitProblems } from './limit-problems.ts';
import { isTooDeep, TOO_DEEP } from './list-texts.ts';
import { createLocator } from './locate.ts';
import { nameBinding } from './name-binding.ts';
import { nameField } from './name-field.ts';
import { findBadReferences, keepWrittenKeys, readYaml } from './read-yaml.ts';

/** `left` counts the problems beyond those listed. */
export type ParsedMapping =
  | { bindings: Binding[]; owner?: string; instructionFiles?: NamedInstructions[] }
  | { problems: LocatedProblem[]; left: number };

/** A file that stands for a text of `instructions`. */
export interface NamedInstructions {
  /** The binding, as people count, or `defaults`. */
  where: string;
  /** `instructions.coding` */
  field: string;
  file: string;
}

/** A mapping whose YAML was read. */
export interface OpenedMapping {
  /** The files it names, each once, by paths from its own folder. */
  files: string[];
  /** Every problem at once, or all bindings. A file that is not in `contents` is one. */
  check(contents: FileContents): ParsedMapping;
}

/** Reads and checks a mapping that names no files. Otherwise as `openMapping`. */
export function parseMapping(text: string): ParsedMapping {
  return openMapping(text).check(new Map());
}

/** Without what stands in its files: for who asks about other fields. */
export function parseWithoutFiles(text: string): ParsedMapping {
  const { files, check } = openMapping(text);
  return check(new Map(files.map((file) => [file, { text: file }])));
}

/**
 * Reads the YAML teams write. The check returns every problem in the order of the file, each with line and column; no
 * message contains a value that looks like a secret. Never throws.
 */
export function openMapping(text: string): OpenedMapping {
  const lineCounter = new LineCounter();
  const document = readYaml(text, lineCounter);
  const comments = findTokensInComments(text).map(({ offset, message }) => ({
    ...positionAt(offset),
    where: 'file',
    message,
  }));
  const syntax = listSyntaxErrors(document);
  const { told, more } = withoutConsequences(syntax);
  const syntaxProblems = told.map((error) => ({
    ...positionAt(error.pos[0]),
    where: 'file',
    message: `${describeSyntaxError(error, lineAt(text, error.pos[0]))}${more > 0 ? `; ${more} more lines are` : ''}`,
  }));
  if (syntax.some(isAboutStructure)) return failed([...syntaxProblems, ...comments]);

  const bad = findBadReferences(document, text).map(({ offset, message }) => ({
    ...positionAt(offset),
    where: 'file',
    message,
  }));
  if (bad.length > 0) return failed([...syntaxProblems, ...comments, ...bad]);
  keepWrittenKeys(document, text);
  const source = toValue(document);
  if ('problem' in source) return failed([{ line: 1, column: 1, where: 'file', message: source.problem }]);

  const { value } = source;
  const named = isTooDeep(value) ? [] : listInstructionFiles(value);
  return { files: [...new Set(named.map(({ file }) => file))], check };

  function check(contents: FileContents): ParsedMapping {
    const checked = checkSource(value, contents);
    const found = [...syntaxProblems, ...comments];
    if ('problems' in checked) return fail([...found, ...locate(checked.problems)]);
    if (found.length > 0) return fail(found);
    const owner = valueAt(value, ['owner']);
    const instructionFiles = named.map(({ path, file }) => ({
      where: nameBinding(path, value),
      field: nameField(path),
      file,
    }));
    return {
      ...checked,
      ...(named.length > 0 ? { instructionFiles } : {}),
      ...(typeof owner === 'string' ? { owner } : {}),
    };
  }

  function locate(found: SourceProblem[]): LocatedProblem[] {
    const offsetOf = createLocator(document);
    return found.map(({ path, isAboutKey, message, relatedPath }) => {
      const position = positionAt(offsetOf(path, isAboutKey));
      if (!relatedPath) return { ...position, where: nameBinding(path, value), message };
      const related = positionAt(offsetOf(relatedPath, false));
      const other = `${nameBinding(relatedPath, value)} at line ${related.line}, column ${related.column}`;
      return { ...position, where: nameBinding(path, value), message: `${message} ${other}` };
    });
  }

  function positionAt(offset: number): { line: number; column: number } {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

function failed(problems: LocatedProblem[]): OpenedMapping {
  return { files: [], check: () => fail(problems) };
}

/** Where the parser ran out of stack, everything else follows from it. */
function listSyntaxErrors({ errors, warnings }: Document.Parsed): YAMLError[] {
  const exhausted = errors.filter(({ code }) => code === 'RESOURCE_EXHAUSTION').slice(0, 1);
  return exhausted.length > 0 ? exhausted : [...errors, ...warnings];
}

function lineAt(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, end === -1 ? undefined : end);
}

/** Ten thousand bindings may all take the keys of one block; the parser's own limit is a hundred. */
const MOST_ALIASES = 100_000;

/** An alias bomb is the one thing a well-formed document can still fail at. */
function toValue(document: Document.Parsed): { value: unknown } | { problem: string } {
  try {
    return { value: document.toJS({ maxAliasCount: MOST_ALIASES }) };
  } catch (error) {
    if (error instanceof RangeError) return { problem: TOO_DEEP };
    if (!(error instanceof ReferenceError)) throw error;
    return { problem: 'aliases are nested too deeply; write the values out' };
  }
}

function fail(problems: LocatedProblem[]): ParsedMapping {
  const ordered = problems.toSorted((one, other) => one.line - other.line || one.column - other.column);
  const { listed, left } = limitProblems(ordered);
  return { problems: listed, left };
}
