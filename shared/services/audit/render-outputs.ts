import { renderPage } from '../../domain/audit/page/render-page.ts';
import { renderCsv } from '../../domain/audit/render/render-csv.ts';
import { renderIntoto } from '../../domain/audit/render/render-intoto.ts';
import { renderJunit } from '../../domain/audit/render/render-junit.ts';
import { renderMarkdown } from '../../domain/audit/render/render-markdown.ts';
import type { AuditReport } from '../../domain/audit/report/audit-report.ts';
import { canonicalJson } from '../../domain/audit/report/canonical-json.ts';
import { sha256 } from '../../domain/audit/report/sha256.ts';
import { reportTables } from '../../domain/audit/tables/report-tables.ts';

/** One file of an audit, by its name in the output folder. */
export interface OutputFile {
  name: string;
  content: string | Uint8Array;
  /** MIME type, for an upload. */
  type: string;
}

export interface RenderDeps {
  /** Makes the workbook. */
  writeWorkbook: (report: AuditReport) => Promise<Uint8Array>;
}

const JSON_TYPE = 'application/json';

/** Every file of an audit but the manifest. The same report gives the same bytes. */
export async function renderOutputs(report: AuditReport, { writeWorkbook }: RenderDeps): Promise<OutputFile[]> {
  const json = canonicalJson(report);
  const tables = reportTables(report);
  const changes = tables.find(({ id }) => id === 'changes');
  return [
    { name: 'audit.json', content: json, type: JSON_TYPE },
    { name: 'audit-summary.json', content: canonicalJson(report.summary), type: JSON_TYPE },
    {
      name: 'audit.xlsx',
      content: await writeWorkbook(report),
      type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    },
    { name: 'audit.html', content: renderPage(report), type: 'text/html; charset=utf-8' },
    { name: 'audit.csv', content: renderCsv(changes ?? { columns: [], rows: [] }), type: 'text/csv; charset=utf-8' },
    ...tables.map((table) => ({
      name: `csv/${table.id}.csv`,
      content: renderCsv(table),
      type: 'text/csv; charset=utf-8',
    })),
    { name: 'audit.md', content: renderMarkdown(report), type: 'text/markdown; charset=utf-8' },
    { name: 'audit.junit.xml', content: renderJunit(report), type: 'application/xml' },
    { name: 'audit.intoto.json', content: renderIntoto(report, sha256(json)), type: JSON_TYPE },
  ];
}
