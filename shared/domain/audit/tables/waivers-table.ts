import type { AuditReport } from '../report/audit-report.ts';
import type { ReportFacets } from './facets.ts';
import { rowsOf, type Table } from './table.ts';

/** One row a waiver of the policy and what it did. */
export function waiversTable(report: AuditReport, facets: ReportFacets): Table {
  const subjectOf = new Map(report.findings.map(({ id, subject }) => [id, subject.id]));
  const subjectsOf = (findings: readonly string[]) => findings.flatMap((id) => subjectOf.get(id) ?? []);
  return {
    id: 'waivers',
    title: 'Waivers',
    caption: 'Each row is an exception that a person has accepted. One that expired or matches nothing is a finding.',
    columns: [
      { key: 'waiver', title: 'Waiver', width: 12, kind: 'text' },
      { key: 'rule', title: 'Rule', width: 30, kind: 'text' },
      { key: 'match', title: 'Matches', width: 24, kind: 'text' },
      { key: 'reason', title: 'Reason', width: 60, kind: 'text', wraps: true },
      { key: 'by', title: 'Accepted by', width: 24, kind: 'text' },
      { key: 'until', title: 'Until', width: 12, kind: 'text' },
      { key: 'state', title: 'State', width: 10, kind: 'text' },
      { key: 'subjects', title: 'Subjects', width: 40, kind: 'text', wraps: true },
    ],
    rows: rowsOf(
      report.waivers,
      ({ id, rule, match, reason, by, until, state, findings }) => ({
        id,
        cells: [id, rule, match, reason, by, until, state, subjectsOf(findings)],
        sources: [],
      }),
      ({ rule, findings }) => ({ ...facets.ofAll(subjectsOf(findings)), finding: [rule] }),
    ),
  };
}
