import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { aFinding, REFS, toExpected } from '../../../test/fixtures/diffs/builders.ts';
import { DIFF_CASES, slugOf } from '../../../test/fixtures/diffs/cases.ts';
import { parseDiff } from './parse-diff.ts';
import { findFileDiff, linesInDiff, type Placement, placeFinding, sideOf } from './place-finding.ts';

describe('placeFinding', () => {
  it('has a case for at least forty changes, each under its own name', () => {
    expect(new Set(DIFF_CASES.map(slugOf)).size).toBe(DIFF_CASES.length);
    expect(DIFF_CASES.length).toBeGreaterThanOrEqual(40);
  });

  it.each(DIFF_CASES)('$name', (diffCase) => {
    const placement = placeFinding(aFinding(diffCase.finding), filesOf(slugOf(diffCase)), REFS);
    expect(toExpected(placement)).toEqual(diffCase.expected);
  });

  it('gives all three commits and both paths, and a line code of the new path', () => {
    const placement = placeFinding(
      aFinding({ path: 'a.txt', startLine: 6, endLine: 8 }),
      filesOf('range-of-added-lines'),
      REFS,
    );
    const sha1 = createHash('sha1').update('a.txt').digest('hex');
    const place = { ...REFS, oldPath: 'a.txt', newPath: 'a.txt' };
    expect(placement).toStrictEqual({
      kind: 'inline',
      position: {
        ...place,
        kind: 'text',
        newLine: 8,
        lineRange: {
          start: { lineCode: `${sha1}_6_6`, type: 'new', newLine: 6 },
          end: { lineCode: `${sha1}_6_8`, type: 'new', newLine: 8 },
        },
      },
      otherwise: {
        kind: 'file',
        position: { ...place, kind: 'file' },
        otherwise: { kind: 'note', path: 'a.txt', line: 6 },
      },
    });
  });

  it('gives the old number of a removed line alone, and both ends of a range of them', () => {
    const removed = parseDiff('diff --git a/a.ts b/a.ts\n--- a/a.ts\n+++ b/a.ts\n@@ -1,2 +0,0 @@\n-one\n-two\n');
    const placement = placeFinding(aFinding({ path: 'a.ts', startLine: 1, endLine: 2, side: 'old' }), removed, REFS);
    expect(placement.kind === 'inline' && placement.position).toStrictEqual({
      ...REFS,
      kind: 'text',
      oldPath: 'a.ts',
      newPath: 'a.ts',
      oldLine: 2,
      lineRange: {
        start: { lineCode: expect.stringMatching(/_1_0$/), type: 'old', oldLine: 1 },
        end: { lineCode: expect.stringMatching(/_2_0$/), type: 'old', oldLine: 2 },
      },
    });
  });

  const changed = (newPath: string, oldPath = newPath) => {
    const text = `diff --git a/${oldPath} b/${newPath}\nindex ${'0'.repeat(40)}..${'1'.repeat(40)} 100644\n--- a/${oldPath}\n+++ b/${newPath}\n@@ -1,1 +1,2 @@\n line 1\n+line 2\n`;
    return parseDiff(text);
  };
  const files = () =>
    ['src/a.ts', 'lib/src/a.ts', 'b/x.ts', 'weird.ts:2', 'dir/odd.ts:2'].flatMap((name) => changed(name));
  it.each([
    { path: 'src/a.ts', meant: 'src/a.ts' },
    { path: 'b/src/a.ts', meant: 'src/a.ts' },
    { path: 'a/src/a.ts', meant: 'src/a.ts' },
    { path: '/workspace/tree/src/a.ts', meant: 'src/a.ts' },
    { path: 'src/a.ts:2', meant: 'src/a.ts' },
    { path: 'src/a.ts:2:7', meant: 'src/a.ts' },
    { path: 'src/a.ts:2-3', meant: 'src/a.ts' },
    { path: 'src/a.ts#L2', meant: 'src/a.ts' },
    { path: '`src/a.ts`', meant: 'src/a.ts' },
    { path: '`src/a.ts:2`', meant: 'src/a.ts' },
    { path: 'src\\a.ts', meant: 'src/a.ts' },
    { path: 'src/a.ts:2,3', meant: 'src/a.ts' },
    { path: 'src/a.ts:12:34-56', meant: 'src/a.ts' },
    { path: 'src/a.ts#L2-L13', meant: 'src/a.ts' },
    { path: 'src/a.ts#L12-13', meant: 'src/a.ts' },
    { path: ' "src/a.ts" ', meant: 'src/a.ts' },
    { path: '``src/a.ts``', meant: 'src/a.ts' },
    { path: './/./src/a.ts', meant: 'src/a.ts' },
    { path: '.\\src\\a.ts', meant: 'src/a.ts' },
    { path: '`/workspace/src/a.ts`', meant: 'src/a.ts' },
    { path: 'c:/work/src/a.ts', meant: 'src/a.ts' },
    { path: 'file:///work/src/a.ts', meant: 'src/a.ts' },
    { path: ' weird.ts:2', meant: 'weird.ts:2' },
    { path: './weird.ts:2', meant: 'weird.ts:2' },
    { path: './/weird.ts:2', meant: 'weird.ts:2' },
    { path: '/weird.ts:2', meant: 'weird.ts:2' },
    { path: ' dir/odd.ts:2', meant: 'dir/odd.ts:2' },
    { path: 'C:\\work\\tree\\src\\a.ts', meant: 'src/a.ts' },
    { path: '/src/a.ts', meant: 'src/a.ts' },
    { path: './src/a.ts', meant: 'src/a.ts' },
    { path: '/workspace/tree/lib/src/a.ts', meant: 'lib/src/a.ts' },
    // Names that only look like one of these forms come first.
    { path: 'b/x.ts', meant: 'b/x.ts' },
    { path: 'weird.ts:2', meant: 'weird.ts:2' },
  ])('finds the file a model calls $path', ({ path, meant }) => {
    const placement = placeFinding(aFinding({ path, startLine: 2, endLine: 2 }), files(), REFS);
    expect(placement).toMatchObject({ kind: 'inline', position: { newPath: meant, newLine: 2 } });
  });

  it.each([
    { path: 'other/src/a.ts', shown: 'other/src/a.ts' },
    { path: '`docs/b.md:7`', shown: 'docs/b.md' },
    { path: 'a.ts', shown: 'a.ts' },
    { path: '/workspace/other.ts', shown: 'workspace/other.ts' },
    { path: '/workspace/xsrc/a.ts', shown: 'workspace/xsrc/a.ts' },
    { path: 'src/b/a.ts', shown: 'src/b/a.ts' },
    { path: "src/'a.ts'", shown: "src/'a.ts'" },
    { path: "'src/a.ts's", shown: "'src/a.ts's" },
    { path: 'c/src/a.ts', shown: 'c/src/a.ts' },
    { path: 'src/a.ts:x', shown: 'src/a.ts:x' },
    { path: 'src/a.ts:2 here', shown: 'src/a.ts:2 here' },
    { path: '`src/c.ts"', shown: '`src/c.ts"' },
    { path: 'src/#L1/c.ts', shown: 'src/#L1/c.ts' },
    { path: './/src\\c.ts#L4-L9', shown: 'src/c.ts' },
  ])('takes $path for no file of the diff', ({ path, shown }) => {
    expect(placeFinding(aFinding({ path, startLine: 2, endLine: 2 }), files(), REFS)).toMatchObject({
      kind: 'note',
      path: shown,
    });
  });

  it('stands for its first line in a note, whichever way round its lines are given', () => {
    expect(placeFinding(aFinding({ path: 'x.ts', startLine: 9, endLine: 4 }), files(), REFS)).toEqual({
      kind: 'note',
      path: 'x.ts',
      line: 4,
    });
  });

  it('takes the longest of the paths that end an absolute one, by the new or the old name', () => {
    const renamed = [...changed('new.ts', 'src/a.ts'), ...changed('x/src/a.ts', 'old.ts')];
    expect(findFileDiff(renamed, '/tree/x/src/a.ts')?.newPath).toBe('x/src/a.ts');
    expect(findFileDiff(renamed, '/tree/y/src/a.ts')?.newPath).toBe('new.ts');
    expect(findFileDiff(renamed, '/tree/y/old.ts')?.newPath).toBe('x/src/a.ts');
  });

  it('finds a file by the name on the side of the finding first, then by the other', () => {
    const swapped = [...changed('a.ts', 'b.ts'), ...changed('b.ts', 'a.ts')];
    expect(findFileDiff(swapped, 'a.ts')).toBe(swapped[0]);
    expect(findFileDiff(swapped, 'a.ts', 'new')).toBe(swapped[0]);
    expect(findFileDiff(swapped, 'a.ts', 'old')).toBe(swapped[1]);
    expect(findFileDiff(swapped.slice(0, 1), 'b.ts', 'new')).toBe(swapped[0]);
    expect(findFileDiff(swapped.slice(0, 1), 'a.ts', 'old')).toBe(swapped[0]);
    expect(findFileDiff(swapped, 'c.ts')).toBeUndefined();
  });

  it('finds the side of a file that became a link, in whichever order the two stand', () => {
    const became = filesOf('file-became-a-link-new-side');
    for (const files of [became, became.toReversed()]) {
      expect(findFileDiff(files, 'config.txt', 'new')?.status).toBe('added');
      expect(findFileDiff(files, 'config.txt', 'old')?.status).toBe('deleted');
    }
  });

  it('finds the name as it is written first, then its other normal form', () => {
    const both = [...changed('u\u0308.ts'), ...changed('\u00fc.ts')];
    expect(findFileDiff(both, '\u00fc.ts')).toBe(both[1]);
    expect(findFileDiff(both.slice(0, 1), '\u00fc.ts')).toBe(both[0]);
  });

  it('stands in the hunk that has its lines, and in the last of several', () => {
    const [file] = parseDiff(
      'diff --git a/a.ts b/a.ts\n--- a/a.ts\n+++ b/a.ts\n@@ -1,0 +1,1 @@\n+one\n@@ -8,0 +9,1 @@\n+two\n',
    );
    const linesAt = (first: number, last: number) => (file ? linesInDiff(file, 'new', first, last) : []);
    expect(linesAt(1, 1).map(({ text }) => text)).toEqual(['one']);
    expect(linesAt(1, 9).map(({ text }) => text)).toEqual(['two']);
    expect(linesAt(2, 8)).toEqual([]);
  });

  it.each([
    { status: 'added', side: 'old', is: 'new' },
    { status: 'deleted', side: 'new', is: 'old' },
    { status: 'renamed', side: 'old', is: 'old' },
    { status: 'modified', side: 'new', is: 'new' },
  ] as const)(
    'reads a finding on the $side side of a file that was $status on the $is side',
    ({ status, side, is }) => {
      expect(sideOf({ status, oldPath: 'a', newPath: 'a', hunks: [] }, { side })).toBe(is);
    },
  );

  it.each(DIFF_CASES)('ends every chain with a plain note: $name', (diffCase) => {
    const kinds: Placement['kind'][] = [];
    let place: Placement | undefined = placeFinding(aFinding(diffCase.finding), filesOf(slugOf(diffCase)), REFS);
    while (place) {
      kinds.push(place.kind);
      place = place.kind === 'note' ? undefined : place.otherwise;
    }
    const chain: Placement['kind'][] = ['inline', 'file', 'note'];
    expect(kinds).toEqual(chain.slice(chain.indexOf(diffCase.expected.kind)));
  });
});

function filesOf(slug: string) {
  return parseDiff(
    readFileSync(new URL(`../../../test/fixtures/diffs/recorded/${slug}.diff`, import.meta.url), 'utf8'),
  );
}
