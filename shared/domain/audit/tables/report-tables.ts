import type { AuditReport } from '../report/audit-report.ts';
import { changesTable } from './changes-table.ts';
import { commitsTable } from './commits-table.ts';
import { collectFacets } from './facets.ts';
import { findingsTable } from './findings-table.ts';
import { linksTable } from './links-table.ts';
import { sourcesTable } from './sources-table.ts';
import { storiesTable } from './stories-table.ts';
import type { Table } from './table.ts';
import { waiversTable } from './waivers-table.ts';

/** Every part of a report as a table, in the order people read them. The order of rows is that of the report. */
export function reportTables(report: AuditReport): Table[] {
  const facets = collectFacets(report);
  return [
    findingsTable(report, facets),
    storiesTable(report, facets),
    changesTable(report, facets),
    commitsTable(report, facets),
    linksTable(report, facets),
    waiversTable(report, facets),
    sourcesTable(report, facets),
  ];
}
