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

  it.each(DIFF_CASES)('ends every chain with a plain note: $name', (diffCase) => {
    const kinds: Placement['kind'][] = [];
    let place: Placement | undefined = placeFinding(aFinding(diffCase.finding), filesOf(slugOf(diffCase)), REFS);
    while (place) {
      kinds.push(place.kind);
      place = place.kind === 'note' ? undefined : place.otherwise;
    }
    expect(kinds).toEqual(['inline', 'file', 'note'].slice(3 - kinds.length));
  });
});

function filesOf(slug: string) {
  return parseDiff(
    readFileSync(new URL(`../../../test/fixtures/diffs/recorded/${slug}.diff`, import.meta.url), 'utf8'),
  );
}
