import { renderPage } from '../../domain/audit/page/render-page.ts';
import { renderCsv } from '../../domain/audit/render/render-csv.ts';
import { renderIntoto } from '../../domain/audit/render/render-intoto.ts';
import { renderJunit } from '../../domain/audit/render/render-junit.ts';
import { renderMarkdown } from '../../domain/audit/render/render-markdown.ts';
import type { AuditReport } from '../../domain/audit/report/audit-report.ts';
import { reportTables } from '../../domain/audit/tables/report-tables.ts';
import type { Table } from '../../domain/audit/tables/table.ts';
import { canonicalJsonChunks } from '../../kernel/canonical-json.ts';
import { createOutputFile, type KeepFile, keepLoose, keepPacked, type OutputFile } from './output-file.ts';

export interface RenderDeps {
  /** Makes the workbook. */
  writeWorkbook: (report: AuditReport) => Promise<Uint8Array>;
  /** Where files are until they are written; in memory unless given. */
  keepFile?: KeepFile | undefined;
}

export const WORKBOOK = 'audit.xlsx';

const JSON_TYPE = 'application/json';
const CSV_TYPE = 'text/csv; charset=utf-8';
const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Commits and changes of a release whose files are kept in memory as they are; together these are some 80 MB. */
const MAX_SMALL_ROWS = 30_000;

function keepFor({ commits, changes }: AuditReport, { keepFile }: RenderDeps): KeepFile {
  return keepFile ?? (commits.length + changes.length <= MAX_SMALL_ROWS ? keepLoose : keepPacked);
}

/** The report itself. */
export function renderReport(report: AuditReport, deps: RenderDeps): OutputFile {
  return createOutputFile('audit.json', JSON_TYPE, canonicalJsonChunks(report), keepFor(report, deps));
}

function csvName(table: Table['id']): string {
  return `csv/${table}.csv`;
}

/** Every file of an audit but the manifest, the report first. The same report gives the same bytes. */
export async function renderOutputs(report: AuditReport, json: OutputFile, deps: RenderDeps): Promise<OutputFile[]> {
  const tables = reportTables(report);
  const keep = keepFor(report, deps);
  const file = (name: string, type: string, pieces: Iterable<string | Uint8Array>) =>
    createOutputFile(name, type, pieces, keep);
  const csv = tables.map((table) => file(csvName(table.id), CSV_TYPE, renderCsv(table)));
  const changes = csv.filter(({ name }) => name === csvName('changes'));
  return [
    json,
    file('audit-summary.json', JSON_TYPE, canonicalJsonChunks(report.summary)),
    file(WORKBOOK, XLSX_TYPE, [await deps.writeWorkbook(report)]),
    file('audit.html', 'text/html; charset=utf-8', renderPage(report)),
    ...changes.map((one) => ({ ...one, name: 'audit.csv' })),
    ...csv,
    file('audit.md', 'text/markdown; charset=utf-8', [renderMarkdown(report)]),
    file('audit.junit.xml', 'application/xml', [renderJunit(report)]),
    file('audit.intoto.json', JSON_TYPE, [renderIntoto(report, json.sha256)]),
  ];
}
