import { expect, it } from 'vitest';
import { aReportCommit, shaOf } from '../../../../test/builders/audit-report.ts';
import { joinRows } from '../../../domain/audit/report/rows.ts';
import { canonicalJson } from '../../../kernel/canonical-json.ts';
import { packRows } from './pack-rows.ts';

const subject = (index: number) => `${index}\n"ü" 🙂\u2028\u0000\\${'x'.repeat(index % 70 === 0 ? 400_000 : index)}`;
const rows = Array.from({ length: 500 }, (_, index) => aReportCommit({ sha: shaOf(index), subject: subject(index) }));

it('gives back many rows and long ones in their order, as often as they are asked for', () => {
  const packed = packRows(rows);
  expect(packed).toHaveLength(500);
  expect([...packed]).toEqual(rows);
  expect([...packed]).toEqual(rows);
});

it('writes the rows of several lists as one list would be, packed or not, and an empty one', () => {
  const lists = [rows.slice(0, 33), [], rows.slice(33, 40), rows.slice(40)];
  const joined = joinRows(lists.map((list, index) => (index === 2 ? list : packRows(list))));
  expect(canonicalJson({ a: 1, commits: joined, z: [] })).toBe(canonicalJson({ a: 1, commits: rows, z: [] }));
  expect(joined).toHaveLength(500);
  expect([...joined]).toEqual(rows);
  expect(canonicalJson({ commits: joinRows([packRows([])]) })).toBe(canonicalJson({ commits: [] }));
});

it('joins lists to a list', () => {
  expect(joinRows([rows.slice(0, 3), rows.slice(3)])).toEqual(rows);
});
