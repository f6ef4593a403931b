import { LineCounter, parseDocument } from 'yaml';

import type { Binding } from '../binding.ts';
import type { LocatedProblem, SourceProblem } from '../problem.ts';
import { checkSource } from './check-source.ts';
import { describeSyntaxError, isAboutStructure } from './describe-syntax-error.ts';
import { findTokensInComments } from './find-tokens-in-comments.ts';
import { createLocator } from './locate.ts';
import { nameBinding } from './name-binding.ts';

export type ParsedMapping = { bindings: Binding[] } | { problems: LocatedProblem[] };

/**
 * Reads the YAML teams write. Returns every problem at once, in the order of the file, each with line and column; no
 * message contains a value that looks like a secret. Never throws.
 */
export function parseMapping(text: string): ParsedMapping {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const comments = findTokensInComments(text).map(({ offset, message }) => ({
    ...positionAt(offset),
    where: 'file',
    message,
  }));
  const syntax = [...document.errors, ...document.warnings];
  const syntaxProblems = syntax.map((error) => ({
    ...positionAt(error.pos[0]),
    where: 'file',
    message: describeSyntaxError(error),
  }));
  if (syntax.some(isAboutStructure)) return { problems: inOrder([...syntaxProblems, ...comments]) };

  const source = toValue(document);
  if ('problem' in source) return { problems: [{ line: 1, column: 1, where: 'file', message: source.problem }] };

  const checked = checkSource(source.value);
  const problems = 'problems' in checked ? locate(checked.problems) : [];
  const all = [...syntaxProblems, ...comments, ...problems];
  return all.length > 0 || 'problems' in checked ? { problems: inOrder(all) } : checked;

  function locate(found: SourceProblem[]): LocatedProblem[] {
    const offsetOf = createLocator(document);
    const value = 'value' in source ? source.value : undefined;
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

/** An alias bomb is the one thing a well-formed document can still fail at. */
function toValue(document: ReturnType<typeof parseDocument>): { value: unknown } | { problem: string } {
  try {
    return { value: document.toJS() };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return {
      problem: 'an alias (*name) has no anchor (&name), or aliases are nested too deeply; write the values out',
    };
  }
}

function inOrder(problems: LocatedProblem[]): LocatedProblem[] {
  return problems.sort((one, other) => one.line - other.line || one.column - other.column);
}
