import { expect, it } from 'vitest';
import { anAuditReport, aReportCommit, shaOf } from '../../../../test/builders/audit-report.ts';
import { renderJson } from '../../../domain/audit/render/render-json.ts';
import type { AuditReport } from '../../../domain/audit/report/audit-report.ts';
import type { ReportCommit } from '../../../domain/audit/report/commit.ts';
import { joinRows, type Rows } from '../../../domain/audit/report/rows.ts';
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

it('writes the rows of several lists as one list would be', () => {
  const lists = [rows.slice(0, 33), [], rows.slice(33)];
  const commits = joinRows(lists.map(packRows));
  const text = (report: Omit<AuditReport, 'commits'> & { commits: Rows<ReportCommit> }) =>
    [...renderJson(report as AuditReport)].join('');
  const report = anAuditReport({ commits: rows });
  expect(text({ ...report, commits })).toBe(canonicalJson(report));
  expect(text({ ...report, commits: packRows([]) })).toBe(canonicalJson({ ...report, commits: [] }));
  expect(text(report)).toBe(canonicalJson(report));
  expect(commits).toHaveLength(500);
  expect([...commits]).toEqual(rows);
});

it('joins lists to a list', () => {
  expect(joinRows([rows.slice(0, 3), rows.slice(3)])).toEqual(rows);
});
