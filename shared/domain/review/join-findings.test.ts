import { expect, it } from 'vitest';
import { aFinding } from '../../../test/fixtures/diffs/builders.ts';
import type { Finding } from './finding.ts';
import { joinFindings } from './join-findings.ts';
import type { FileDiff } from './parse-diff.ts';

const FILES: FileDiff[] = [{ oldPath: 'src/old.ts', newPath: 'src/save.ts', status: 'renamed', hunks: [] }];
const first = aFinding({ path: 'src/save.ts', startLine: 3, endLine: 6, title: 'The promise is not awaited' });

it.each<{ name: string; other: Partial<Finding>; count: number }>([
  { name: 'the same once more', other: {}, count: 1 },
  { name: 'the same in other words', other: { title: 'Promise not awaited here' }, count: 1 },
  { name: 'the same at lines that overlap', other: { startLine: 6, endLine: 9 }, count: 1 },
  { name: 'the same by the old name of the file', other: { path: 'src/old.ts' }, count: 1 },
  { name: 'another problem at these lines', other: { title: 'A secret is logged' }, count: 2 },
  { name: 'the same mistake at other lines', other: { startLine: 20, endLine: 20 }, count: 2 },
  { name: 'the same in another file', other: { path: 'src/load.ts' }, count: 2 },
  { name: 'the lines before the change', other: { side: 'old' }, count: 2 },
])('of two parts: $name', ({ other, count }) => {
  expect(joinFindings([first, { ...first, ...other }], FILES)).toHaveLength(count);
});

it('keeps the more severe of two', () => {
  const joined = joinFindings([first, { ...first, severity: 'blocker' }, { ...first, severity: 'nit' }], FILES);
  expect(joined.map(({ severity }) => severity)).toEqual(['blocker']);
});
