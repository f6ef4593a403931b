import { describeResult } from '../../domain/audit/render/describe-result.ts';
import type { AuditReport } from '../../domain/audit/report/audit-report.ts';
import { reportTables } from '../../domain/audit/tables/report-tables.ts';
import { sliceRows, type Table, type TableRow } from '../../domain/audit/tables/table.ts';
import { packageParts } from './package-parts.ts';
import { linksXml, MAX_LINKS, type Sheet, type SheetLink, sheetXml } from './sheet-xml.ts';
import { writeZipInThreads, type ZipPart } from './zip-file.ts';

/**
 * Rows of one sheet, header left out, as Excel holds them. A longer table is split, and each sheet says which part it
 * is.
 */
const MAX_ROWS = 1_048_575;

/**
 * A sheet is mostly the same words again and again: with a fifth of the work of zlib's own level it becomes
 * up to a fifth longer.
 */
const LEVEL = 2;

/**
 * The report as a workbook: Summary, Findings, Stories, Changes, Commits, Links, Waivers, Sources, each with a header
 * that stays, a filter, widths and links. The same report gives the same bytes. Rows are written one by one, so a large
 * report needs little memory.
 */
export async function writeWorkbook(report: AuditReport): Promise<Uint8Array> {
  const sheets = [summarySheet(report), ...reportTables(report).flatMap(toSheets)];
  const { auditedAt, toolVersion } = report.summary;
  const properties = { title: titleOf(report), creator: `cmap ${toolVersion}`, created: auditedAt };
  return writeZipInThreads(
    allParts(
      sheets,
      packageParts(
        sheets.map(({ name }) => name),
        properties,
      ),
    ),
    { level: LEVEL },
  );
}

function* allParts(sheets: readonly Sheet[], others: readonly ZipPart[]): Generator<ZipPart> {
  yield* others;
  for (const [index, sheet] of sheets.entries()) {
    const links: SheetLink[] = [];
    const name = `sheet${index + 1}.xml`;
    yield { name: `xl/worksheets/${name}`, content: sheetXml(sheet, links) };
    // Known only now that the rows were written.
    if (links.length > 0) yield { name: `xl/worksheets/_rels/${name}.rels`, content: linksXml(links) };
  }
}

function toSheets({ title, columns, rows }: Table): Sheet[] {
  const parts = Math.max(1, Math.ceil(rows.length / MAX_ROWS));
  return Array.from({ length: parts }, (_, part) => {
    const own = sliceRows(rows, part * MAX_ROWS, (part + 1) * MAX_ROWS);
    const name = parts === 1 ? title : `${title} ${part + 1} of ${parts}`;
    return { name, columns, rows: cellsOf(own), filtered: own.length };
  });
}

function* cellsOf(rows: Iterable<TableRow>): Generator<TableRow['cells']> {
  for (const { cells } of rows) yield cells;
}

function summarySheet(report: AuditReport): Sheet {
  const { summary } = report;
  const { counts, coverage } = summary;
  const rows: [string, string | number][] = [
    ['Release', summary.fixVersion],
    ['Result', describeResult(summary)],
    ['Projects', summary.projects.join(', ')],
    ['Coverage', coverage.ratio === null ? 'no story needs code' : coverage.ratio],
    ['Stories with net code', coverage.withNetCode],
    ['Stories that need code', coverage.needCode],
    ['Stories', counts.stories],
    ['Stories without code', counts.storiesWithoutCode],
    ['Merge requests', counts.mergeRequests],
    ['Direct pushes', counts.directPushes],
    ['Changes without ticket', counts.changesWithoutTicket],
    ['Changes written by the agent', counts.agentChanges],
    ['Commits', counts.commits],
    ['Merge requests outside the paths', counts.mergeRequestsOutOfScope],
    ['Direct pushes outside the paths', counts.directPushesOutOfScope],
    ['Commits outside the paths', counts.commitsOutOfScope],
    ['Findings', counts.findings],
    ['Findings waived', counts.findingsWaived],
    ['Things that could not be seen', counts.gaps],
    ...summary.ranges.flatMap(({ repository, branch, fromRef, fromSha, toRef, toSha }): [string, string][] => [
      [`${repository}, ${branch}: from`, `${fromRef} (${fromSha ?? 'root'})`],
      [`${repository}, ${branch}: to`, `${toRef} (${toSha})`],
    ]),
    ...Object.entries(summary.scope).map(([key, value]): [string, string] => [`Scope: ${key}`, value]),
    ['Environment', summary.environment ?? ''],
    ['Audited at', summary.auditedAt],
    ['Policy, SHA-256', summary.policySha256],
    ['Calls to GitLab', summary.calls.gitlab],
    ['Calls to Jira', summary.calls.jira],
    ['Made with', `cmap ${summary.toolVersion}`],
    ...(counts.commits > MAX_LINKS ? [LINKS_CUT] : []),
  ];
  return {
    name: 'Summary',
    columns: [
      { title: 'What', width: 44, kind: 'text' },
      { title: 'Value', width: 70, kind: 'text', wraps: true },
    ],
    rows,
  };
}

/** Each commit has a link. */
const LINKS_CUT: [string, string] = [
  'Links',
  `Excel holds ${MAX_LINKS.toLocaleString('en')} links in a sheet; rows after that have none, and stand with them in audit.json.`,
];

function titleOf({ summary }: AuditReport): string {
  return `Release audit ${summary.fixVersion}`;
}
