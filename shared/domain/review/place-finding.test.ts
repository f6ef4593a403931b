import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { aFinding, REFS, toExpected } from '../../../test/fixtures/diffs/builders.ts';
import { DIFF_CASES, slugOf } from '../../../test/fixtures/diffs/cases.ts';
import { parseDiff } from './parse-diff.ts';
import { type Placement, placeFinding } from './place-finding.ts';

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
    expect(placement).toMatchObject({
      kind: 'inline',
      position: {
        ...REFS,
        kind: 'text',
        oldPath: 'a.txt',
        newPath: 'a.txt',
        newLine: 8,
        lineRange: {
          start: { lineCode: `${sha1}_6_6`, type: 'new', newLine: 6 },
          end: { lineCode: `${sha1}_6_8`, type: 'new', newLine: 8 },
        },
      },
    });
  });

  const changed = (newPath: string, oldPath = newPath) => {
    const text = `diff --git a/${oldPath} b/${newPath}\nindex ${'0'.repeat(40)}..${'1'.repeat(40)} 100644\n--- a/${oldPath}\n+++ b/${newPath}\n@@ -1,1 +1,2 @@\n line 1\n+line 2\n`;
    return parseDiff(text);
  };
  const twoFiles = [...changed('src/a.ts'), ...changed('lib/src/a.ts'), ...changed('b/x.ts'), ...changed('weird.ts:2')];
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
    { path: 'C:\\work\\tree\\src\\a.ts', meant: 'src/a.ts' },
    { path: '/src/a.ts', meant: 'src/a.ts' },
    { path: './src/a.ts', meant: 'src/a.ts' },
    { path: '/workspace/tree/lib/src/a.ts', meant: 'lib/src/a.ts' },
    // Names that only look like one of these forms come first.
    { path: 'b/x.ts', meant: 'b/x.ts' },
    { path: 'weird.ts:2', meant: 'weird.ts:2' },
  ])('finds the file a model calls $path', ({ path, meant }) => {
    const placement = placeFinding(aFinding({ path, startLine: 2, endLine: 2 }), twoFiles, REFS);
    expect(placement).toMatchObject({ kind: 'inline', position: { newPath: meant, newLine: 2 } });
  });

  it.each([
    { path: 'other/src/a.ts', shown: 'other/src/a.ts' },
    { path: '`docs/b.md:7`', shown: 'docs/b.md' },
    { path: 'a.ts', shown: 'a.ts' },
  ])('takes $path for no file of the diff', ({ path, shown }) => {
    expect(placeFinding(aFinding({ path, startLine: 2, endLine: 2 }), twoFiles, REFS)).toMatchObject({
      kind: 'note',
      path: shown,
    });
  });

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
