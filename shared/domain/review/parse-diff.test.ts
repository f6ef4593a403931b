import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { DIFF_CASES, slugOf } from '../../../test/fixtures/diffs/cases.ts';
import { parseDiff } from './parse-diff.ts';

describe('parseDiff', () => {
  it.each([
    ['new-file', [['b.txt', 'b.txt', 'added']]],
    ['deleted-file', [['b.txt', 'b.txt', 'deleted']]],
    ['renamed-file-without-a-change-of-content', [['old.txt', 'new.txt', 'renamed']]],
    ['changed-binary-file', [['logo.png', 'logo.png', 'binary']]],
    ['new-binary-file-with-a-quoted-name', [['bild ü.png', 'bild ü.png', 'binary']]],
    ['mode-change-only', [['run.sh', 'run.sh', 'mode-only']]],
    ['mode-and-content-change', [['run.sh', 'run.sh', 'modified']]],
    ['file-that-did-not-change-becomes-a-note', [['a.txt', 'a.txt', 'modified']]],
    [
      'file-became-a-link-new-side',
      [
        ['config.txt', 'config.txt', 'deleted'],
        ['config.txt', 'config.txt', 'added'],
      ],
    ],
  ])('knows the files and their status: %s', (slug, expected) => {
    const files = parseDiff(recorded(slug));
    expect(files.map((file) => [file.oldPath, file.newPath, file.status])).toEqual(expected);
  });

  it('marks exactly the lines that end the file without a line feed', () => {
    const lines = parseDiff(recorded('last-line-lost-its-line-feed'))[0]?.hunks[0]?.lines ?? [];
    expect(lines.filter((line) => line.noNewlineAtEnd).map(({ kind, text }) => [kind, text])).toEqual([
      ['added', 'line 5'],
    ]);
  });

  it('keeps the carriage return of CRLF files', () => {
    const lines = parseDiff(recorded('file-with-crlf'))[0]?.hunks[0]?.lines ?? [];
    expect(lines.find((line) => line.kind === 'added')?.text).toBe('new\r');
  });

  const ENDS = { CR: '\r', 'U+2028': '\u2028', 'U+2029': '\u2029', VT: '\v', FF: '\f', 'U+0085': '\u0085' };
  it.each(Object.entries(ENDS))('takes a %s in a line for no line end, whatever follows it', (_, end) => {
    const added = [
      `x 10%${end}diff --git a/x b/x`,
      `${end}@@ -1 +1 @@`,
      `y${end}--- a/evil`,
      `z${end}+++ b/evil`,
      `w${end}`,
    ];
    const diff = `diff --git a/a.txt b/a.txt\nnew file mode 100644\nindex ${'0'.repeat(40)}..${'1'.repeat(40)}\n--- /dev/null\n+++ b/a.txt\n@@ -0,0 +1,${added.length} @@\n${added.map((line) => `+${line}\n`).join('')}`;
    const files = parseDiff(diff);
    expect(files).toMatchObject([{ newPath: 'a.txt', status: 'added' }]);
    const lines = files[0]?.hunks[0]?.lines ?? [];
    expect(lines.map(({ newLine, text }) => [newLine, text])).toEqual(added.map((line, index) => [index + 1, line]));
  });

  it.each(['', 'warning: something else\n', 'a line with diff --git a/x b/x\n'])('finds no file in "%s"', (text) => {
    expect(parseDiff(text)).toEqual([]);
  });

  it('passes over what stands before the first file', () => {
    const diff = 'warning: odd\ndiff --git a/a.txt b/a.txt\nold mode 100644\nnew mode 100755\n';
    expect(parseDiff(diff)).toEqual([{ oldPath: 'a.txt', newPath: 'a.txt', status: 'mode-only', hunks: [] }]);
  });

  it('takes a copied file for a renamed one', () => {
    const diff = 'diff --git a/a.txt b/b.txt\nsimilarity index 100%\ncopy from a.txt\ncopy to b.txt\n';
    expect(parseDiff(diff)).toEqual([{ oldPath: 'a.txt', newPath: 'b.txt', status: 'renamed', hunks: [] }]);
  });

  it('reads a line that the editor of a diff left without its sign as context, and counts on', () => {
    const diff = 'diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -4,3 +7,3 @@\n-x\n+y\n z\n\n';
    expect(parseDiff(diff)[0]?.hunks[0]?.lines).toEqual([
      { kind: 'removed', oldLine: 4, text: 'x', noNewlineAtEnd: false, counters: { old: 4, new: 7 } },
      { kind: 'added', newLine: 7, text: 'y', noNewlineAtEnd: false, counters: { old: 5, new: 7 } },
      { kind: 'context', oldLine: 5, newLine: 8, text: 'z', noNewlineAtEnd: false, counters: { old: 5, new: 8 } },
      { kind: 'context', oldLine: 6, newLine: 9, text: '', noNewlineAtEnd: false, counters: { old: 6, new: 9 } },
    ]);
  });

  it('takes no line of a hunk for the name of a file that git quotes', () => {
    const name = '\\303\\274.txt';
    const diff = `diff --git "a/${name}" "b/${name}"\n--- "a/${name}"\n+++ "b/${name}"\n@@ -1 +1 @@\n--- evil\n+++ evil\n`;
    expect(parseDiff(diff)).toMatchObject([{ oldPath: 'ü.txt', newPath: 'ü.txt', hunks: [{ lines: [{}, {}] }] }]);
  });

  it('refuses a file without a name', () => {
    expect(() => parseDiff('diff --git x\n')).toThrow('A file of the diff has no name.');
  });

  it('refuses a diff that is cut off', () => {
    const whole = recorded('removed-line-in-the-middle');
    expect(() => parseDiff(whole.slice(0, whole.lastIndexOf(' line')))).toThrow();
  });

  it('reads every recorded diff', () => {
    for (const diffCase of DIFF_CASES) expect(parseDiff(recorded(slugOf(diffCase))).length).toBeGreaterThan(0);
  });
});

function recorded(slug: string): string {
  return readFileSync(new URL(`../../../test/fixtures/diffs/recorded/${slug}.diff`, import.meta.url), 'utf8');
}
