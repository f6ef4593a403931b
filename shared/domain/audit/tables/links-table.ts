import type { AuditReport } from '../report/audit-report.ts';
import type { ReportFacets } from './facets.ts';
import { rowAddresses } from './row-addresses.ts';
import { rowsOf, type Table } from './table.ts';

/** One row a link between an issue and a change, with the place where the key was read. */
export function linksTable(report: AuditReport, facets: ReportFacets): Table {
  const addressOf = rowAddresses(report);
  return {
    id: 'links',
    title: 'Links',
    caption: 'Each row says where a change names an issue. A mention covers nothing.',
    columns: [
      { key: 'key', title: 'Ticket', width: 14, kind: 'text' },
      { key: 'change', title: 'Change', width: 30, kind: 'text' },
      { key: 'via', title: 'Read in', width: 14, kind: 'text' },
      { key: 'covers', title: 'Covers', width: 12, kind: 'text' },
      { key: 'ticket', title: 'The ticket is', width: 22, kind: 'text' },
      { key: 'written', title: 'Written as', width: 14, kind: 'text' },
    ],
    rows: rowsOf(
      report.links,
      ({ key, written, change, via, covers, ticket }) => ({
        id: `${key} ${change}`,
        cells: [
          addressOf(key),
          addressOf(change),
          via,
          covers ? 'yes' : 'mention',
          ticket.replaceAll('-', ' '),
          written,
        ],
        sources: [],
      }),
      ({ change, key }) => facets.ofAll([change, key]),
    ),
  };
}
