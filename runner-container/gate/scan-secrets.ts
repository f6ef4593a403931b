import { lintSource } from '@secretlint/core';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import { isPlaceholder } from '../../shared/kernel/redaction/is-placeholder.ts';
import { findTokens, type TokenSpan } from '../../shared/kernel/redaction/token-shapes.ts';
import type { AddedText, Reading } from '../git/read-added-text.ts';
import { BETWEEN, selectAddedText } from './select-added-text.ts';
import type { Violation } from './violation.ts';

/**
 * Looks for credentials in the lines a change adds, by the shapes the whole product knows and the rules of secretlint.
 * The violation names file, line and kind; what was found is never repeated.
 */
export async function scanSecrets(files: readonly AddedText[]): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const file of files) violations.push(...(await scanText(file)));
  return violations;
}

/** Other readings are looked at where the text shows nothing: they may count the lines in another way. */
async function scanText(file: AddedText): Promise<Violation[]> {
  for (const reading of [file, ...(file.others ?? [])]) {
    const found = await scanLines(file.path, reading);
    if (found.length > 0) return found;
  }
  return [];
}

/** Looks for credentials in names, also of files whose content is as it was. */
export function scanNames(files: readonly { path: string }[]): Violation[] {
  return files.flatMap(({ path }) =>
    findTokens(path).map(
      ({ name }): Violation => ({
        rule: 'secret',
        path,
        message: `Its name holds a credential (${name}).`,
      }),
    ),
  );
}

async function scanLines(path: string, reading: Reading): Promise<Violation[]> {
  if (reading.addedLines.size === 0) return [];
  const { text, lineNumbers } = selectAddedText(reading);
  const spans = [...findTokens(text), ...(await lint(path, text))];
  const found = new Map<number, string>();
  for (const { name, start, end } of spans) {
    const line = firstAddedLine(reading.addedLines, lineNumbers, countLines(text, start), countLines(text, end));
    if (line !== undefined && !found.has(line)) found.set(line, name);
  }
  return [...found]
    .toSorted(([a], [b]) => a - b)
    .map(([line, name]) => ({
      rule: 'secret',
      path,
      message: `Line ${line} looks like a credential (${name}).`,
    }));
}

/**
 * The preset as a whole would let a comment in the change switch the scan off, so its rules are named one by one
 * without that one. Passwords in addresses are known by our own shape, which lets placeholders and local services pass.
 */
const LEFT_TO_SHAPES: ReadonlySet<string> = new Set([
  '@secretlint/secretlint-rule-filter-comments',
  '@secretlint/secretlint-rule-basicauth',
  '@secretlint/secretlint-rule-database-connection-string',
]);
const CONFIG = {
  rules: rules
    .filter(({ meta }) => !LEFT_TO_SHAPES.has(meta.id))
    .map((rule) => ({ id: rule.meta.id, rule, options: {} })),
};

async function lint(path: string, text: string): Promise<TokenSpan[]> {
  const source = {
    filePath: path,
    content: text,
    contentType: 'text' as const,
  };
  const options = { config: CONFIG, noPhysicFilePath: true };
  const { messages } = await lintSource({ source, options });
  return messages.flatMap(({ range: [start, end], ruleId, messageId }): TokenSpan[] => {
    if (isPlaceholder(text, start, end)) return [];
    return [{ name: `${ruleId.replace('@secretlint/secretlint-rule-', '')}, ${messageId}`, start, end }];
  });
}

/**
 * Number (from 1) of the line that a place lies in. Only LF ends a line, as in git: the linter counts lone CR and
 * others too.
 */
function countLines(text: string, offset: number): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

function firstAddedLine(
  addedLines: ReadonlySet<number>,
  lineNumbers: readonly number[] | undefined,
  start: number,
  end: number,
): number | undefined {
  for (let line = start; line <= end; line += 1) {
    const number = lineNumbers ? (lineNumbers[line - 1] ?? BETWEEN) : line;
    if (addedLines.has(number)) return number;
  }
  return undefined;
}
