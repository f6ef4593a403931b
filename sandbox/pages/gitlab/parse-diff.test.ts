import { expect, it } from 'vitest';
import { parseDiff } from './parse-diff.ts';

it('numbers the lines of both sides', () => {
  const diff =
    '--- a/x\n+++ b/x\n@@ -3,3 +3,4 @@ function x() {\n a\n-b\n+B\n++c\n d\n@@ -20 +21 @@\n-y\n+z\n\\ No newline at end of file\n';
  expect(parseDiff(diff).map(({ kind, oldLine, newLine, text }) => [kind, oldLine, newLine, text])).toEqual([
    ['hunk', undefined, undefined, '@@ -3,3 +3,4 @@ function x() {'],
    ['same', 3, 3, 'a'],
    ['del', 4, undefined, 'b'],
    ['add', undefined, 4, 'B'],
    ['add', undefined, 5, '+c'],
    ['same', 5, 6, 'd'],
    ['hunk', undefined, undefined, '@@ -20 +21 @@'],
    ['del', 20, undefined, 'y'],
    ['add', undefined, 21, 'z'],
    ['remark', undefined, undefined, '\\ No newline at end of file'],
  ]);
});

it('finds no lines in the diff of a file that has none', () => {
  expect(parseDiff('')).toEqual([]);
  expect(parseDiff('Binary files a/x and b/x differ\n')).toEqual([]);
});
