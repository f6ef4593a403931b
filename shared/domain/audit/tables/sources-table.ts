import type { AuditReport } from '../report/audit-report.ts';
import type { ReportFacets } from './facets.ts';
import { linked } from './row-addresses.ts';
import { rowsOf, type Table } from './table.ts';

/** One row an answer that was read: where, when, and the hash of the evidence. */
export function sourcesTable(report: AuditReport, facets: ReportFacets): Table {
  return {
    id: 'sources',
    title: 'Sources',
    caption: 'Each row is one answer that the report is made from, with the SHA-256 of the stored evidence.',
    columns: [
      { key: 'id', title: 'Source', width: 16, kind: 'text' },
      { key: 'service', title: 'Service', width: 10, kind: 'text' },
      { key: 'url', title: 'Address', width: 90, kind: 'text' },
      { key: 'readAt', title: 'Read at', width: 26, kind: 'time' },
      { key: 'sha256', title: 'SHA-256', width: 66, kind: 'text' },
    ],
    rows: rowsOf(
      report.sources,
      ({ id, service, url, readAt, sha256 }) => ({
        id,
        cells: [id, service, linked(url, url), readAt, sha256 ?? ''],
        sources: [id],
      }),
      ({ id }) => facets.of(id),
    ),
  };
}
