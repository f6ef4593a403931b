import { describe, expect, it } from 'vitest';
import { type DiffLine, type FileDiff, parseDiff } from './parse-diff.ts';
import { splitDiff } from './split-diff.ts';

const HEADER = 'diff --git a/a.txt b/a.txt\nindex 1..2 100644\n--- a/a.txt\n+++ b/a.txt\n';

function parse(text: string): { text: string; diff: FileDiff } {
  const [diff] = parseDiff(text);
  if (!diff) throw new Error('There is no file in it.');
  return { text, diff };
}

const linesOf = (texts: readonly string[]): DiffLine[] =>
  texts.flatMap((text) => parse(text).diff.hunks.flatMap(({ lines }) => lines));

const hunk = (start: number, text: string) => `@@ -${start},1 +${start},2 @@\n context ${start}\n+${text}\n`;

describe('splitDiff', () => {
  it('leaves a diff that fits as it is, to the letter', () => {
    const whole = parse(`${HEADER}${hunk(1, 'one')}`);
    expect(splitDiff(whole, whole.text.length)).toEqual([{ text: whole.text, addedLines: 1, removedLines: 0 }]);
  });

  it('splits between hunks, and each piece is a diff of the file', () => {
    const whole = parse(`${HEADER}${[1, 10, 20, 30].map((start) => hunk(start, 'x'.repeat(50))).join('')}`);
    const pieces = splitDiff(whole, HEADER.length + 2 * hunk(30, 'x'.repeat(50)).length);
    expect(pieces.map(({ addedLines }) => addedLines)).toEqual([2, 2]);
    expect(linesOf(pieces.map(({ text }) => text))).toEqual(whole.diff.hunks.flatMap(({ lines }) => lines));
  });

  it.each([
    { name: 'a new file', text: `@@ -0,0 +1,200 @@\n${'+a line that is new\n'.repeat(200)}` },
    { name: 'a file that is gone', text: `@@ -1,200 +0,0 @@\n${'-a line that was there\r\n'.repeat(200)}` },
    {
      name: 'lines of all kinds without a line feed at the end',
      text: `@@ -1,201 +1,201 @@\n${'-old\n+new\n same\n'.repeat(100)}-last\n\\ No newline at end of file\n+end\n\\ No newline at end of file\n`,
    },
  ])('cuts inside a hunk that is too long, and no line is lost or moved: $name', ({ text }) => {
    const whole = parse(`${HEADER}${text}`);
    const pieces = splitDiff(whole, 400);
    expect(pieces.length).toBeGreaterThan(2);
    for (const piece of pieces) expect(piece.text.length).toBeLessThanOrEqual(400);
    const lines = whole.diff.hunks.flatMap((each) => each.lines);
    expect(linesOf(pieces.map((piece) => piece.text))).toEqual(lines);
    const added = pieces.reduce((total, { addedLines }) => total + addedLines, 0);
    expect(added).toBe(lines.filter(({ kind }) => kind === 'added').length);
  });

  it('gives a line that is longer than all it may be a piece of its own', () => {
    const whole = parse(`${HEADER}@@ -0,0 +1,3 @@\n+a\n+${'x'.repeat(5000)}\n+b\n`);
    expect(linesOf(splitDiff(whole, 300).map(({ text }) => text))).toHaveLength(3);
  });
});
