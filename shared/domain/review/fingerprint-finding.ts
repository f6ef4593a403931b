import { sha256 } from '../../kernel/sha256.ts';
import { oneLine } from '../../kernel/text/one-line.ts';
import type { Finding } from './finding.ts';
import { linesOf } from './lines-of.ts';
import type { DiffLine, FileDiff } from './parse-diff.ts';
import { findFileDiff, linesInDiff, sideOf } from './place-finding.ts';

/** What makes a finding the same one again. It holds no line numbers, so it survives lines moving up and down. */
export interface FindingIdentity {
  /** Path, rule and anchor together. */
  fingerprint: string;
  /** Path and anchor: another wording at the same code. `NO_ANCHOR` for lines outside the diff. */
  anchor: string;
  /** The title in lower case without punctuation, at most 120 characters. */
  rule: string;
}

/** Nothing is known about the lines, so nothing but the fingerprint can be the same. */
export const NO_ANCHOR = '-';

/** How an identity is written into the marker of a note, and read back. */
export function encodeIdentity({ fingerprint, anchor, rule }: FindingIdentity): string {
  return `${fingerprint}.${anchor}.${rule}`;
}

export function decodeIdentity(text: string): FindingIdentity | undefined {
  const [fingerprint, anchor, ...rule] = text.split('.');
  return fingerprint && anchor && rule.length > 0 ? { fingerprint, anchor, rule: rule.join('.') } : undefined;
}

/** The identity of a finding: its file, what it says, and the text of the lines it says it about. */
export function fingerprintFinding(finding: Finding, files: readonly FileDiff[]): FindingIdentity {
  const file = findFileDiff(files, finding.path, finding.side);
  const path = file?.newPath ?? finding.path;
  const rule = normalizeRule(finding.title);
  const anchorText = file ? anchorOf(finding, file) : '';
  return {
    fingerprint: digest(path, rule, anchorText),
    anchor: anchorText ? digest(path, anchorText) : NO_ANCHOR,
    rule,
  };
}

/** Whether two titles say the same in other words: two thirds of the shorter one's words are in the longer one. */
export function isSameRule(left: string, right: string): boolean {
  const [fewer, more] = [wordsOf(left), wordsOf(right)].sort((a, b) => a.size - b.size) as [Set<string>, Set<string>];
  if (fewer.size === 0) return left === right;
  return [...fewer].filter((word) => more.has(word)).length * 3 >= fewer.size * 2;
}

function anchorOf(finding: Finding, file: FileDiff): string {
  const { first, last } = linesOf(finding);
  const side = sideOf(file, finding);
  const own = linesInDiff(file, side, first, last);
  const text = own.map(normalizeLine).filter(Boolean).join('\n');
  const start = own[0];
  if (!start || /\w{3}/.test(text)) return text;
  // A lone bracket is everywhere: the nearest line with words above says which one it is.
  const above = file.hunks
    .flatMap(({ lines }) => (lines.includes(start) ? lines : []))
    .filter((line) => line.kind !== (side === 'new' ? 'removed' : 'added'));
  const wordy = above.slice(0, above.indexOf(start)).findLast((line) => /\w{3}/.test(line.text));
  return wordy ? `${normalizeLine(wordy)}\n${text}` : text;
}

function normalizeLine(line: DiffLine): string {
  return oneLine(line.text);
}

/** The title in lower case without punctuation, at most 120 characters. */
export function normalizeRule(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .slice(0, 120);
}

const FILLERS = new Set(
  'a an and are as at be but by can for from has in is it its may might of on or should that the this to was when will with'.split(
    ' ',
  ),
);

function wordsOf(rule: string): Set<string> {
  return new Set(rule.split(' ').filter((word) => !FILLERS.has(word)));
}

function digest(...parts: string[]): string {
  return sha256(JSON.stringify(parts)).slice(0, 20);
}
