import type { AuditReport } from '../report/audit-report.ts';
import type { Finding } from '../report/finding.ts';
import type { ReportFacets } from './facets.ts';
import { rowAddresses } from './row-addresses.ts';
import { rowsOf, type Table } from './table.ts';

/** One row a finding: what is wrong, how bad it is, and what to do about it. */
export function findingsTable(report: AuditReport, facets: ReportFacets): Table {
  const addressOf = rowAddresses(report);
  return {
    id: 'findings',
    title: 'Findings',
    caption: 'Each row is one deviation from the policy. A waived finding is accepted by a person and does not count.',
    columns: [
      { key: 'severity', title: 'Severity', width: 10, kind: 'text' },
      { key: 'rule', title: 'Rule', width: 43, kind: 'text' },
      { key: 'subject', title: 'Subject', width: 34, kind: 'text' },
      { key: 'detail', title: 'What is wrong', width: 70, kind: 'text', wraps: true },
      { key: 'next', title: 'What to do', width: 50, kind: 'text', wraps: true },
      { key: 'related', title: 'Related', width: 43, kind: 'text', wraps: true },
      { key: 'waived', title: 'Waived', width: 40, kind: 'text', wraps: true },
    ],
    rows: rowsOf(
      report.findings,
      (finding) => ({
        id: finding.id,
        cells: [
          finding.severity,
          finding.rule,
          addressOf(finding.subject.id),
          finding.detail,
          finding.next,
          finding.related,
          describeWaiver(finding),
        ],
        sources: finding.sources,
      }),
      ({ subject, related, rule }) => ({ ...facets.ofAll([subject.id, ...related]), finding: [rule] }),
    ),
  };
}

function describeWaiver({ waived }: Finding): string {
  if (!waived) return '';
  const { reason, by, until } = waived;
  if (by === null && until === null) return reason;
  return [reason.replace(/\.$/, ''), by === null ? '' : `by ${by}`, until === null ? '' : `until ${until}`]
    .filter(Boolean)
    .join(', ');
}
