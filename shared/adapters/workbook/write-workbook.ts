import { type CellValue, type HyperlinkValue, writeXlsx } from 'hucre/xlsx';

import { describeResult } from '../../domain/audit/render/describe-result.ts';
import type { AuditReport } from '../../domain/audit/report/audit-report.ts';
import { reportTables } from '../../domain/audit/tables/report-tables.ts';
import { type Cell, cellText, type Table } from '../../domain/audit/tables/table.ts';

/** Excel holds 32,767 characters in a cell: https://support.microsoft.com/office/excel-specifications-and-limits */
const MAX_CELL = 32_767;

/** Rows of one sheet, header left out. A longer table is split, and each sheet says which rows it has. */
const MAX_ROWS = 100_000;

/**
 * The report as a workbook: Summary, Findings, Stories, Changes, Commits, Links, Waivers, Sources, each with a header that stays, a filter,
 * widths and links. The same report gives the same bytes.
 */
export async function writeWorkbook(report: AuditReport): Promise<Uint8Array> {
  const sheets = reportTables(report).flatMap(splitTable);
  const { auditedAt, toolVersion } = report.summary;
  return writeXlsx({
    sheets: [summarySheet(report), ...sheets.map(toSheet)],
    properties: {
      title: titleOf(report),
      creator: `cmap ${toolVersion}`,
      created: new Date(auditedAt),
      modified: new Date(auditedAt),
    },
  });
}

interface Part extends Table {
  sheet: string;
}

function splitTable(table: Table): Part[] {
  if (table.rows.length <= MAX_ROWS) return [{ ...table, sheet: table.title }];
  const parts = Math.ceil(table.rows.length / MAX_ROWS);
  return Array.from({ length: parts }, (_, part) => ({
    ...table,
    rows: table.rows.slice(part * MAX_ROWS, (part + 1) * MAX_ROWS),
    sheet: `${table.title} ${part + 1} of ${parts}`,
  }));
}

function toSheet({ sheet, columns, rows }: Part) {
  const last = columnName(columns.length - 1);
  return {
    name: sheet,
    columns: columns.map(({ key, title, width }) => ({ key, header: title, width })),
    data: rows.map(({ cells }) =>
      Object.fromEntries(columns.map(({ key }, index) => [key, toValue(cells[index] ?? '')])),
    ),
    freezePane: { rows: 1 },
    autoFilter: { range: `A1:${last}${rows.length + 1}` },
  };
}

function toValue(cell: Cell): CellValue | HyperlinkValue {
  if (typeof cell === 'number') return cell;
  const text = cellText(cell).slice(0, MAX_CELL);
  return typeof cell === 'object' && 'href' in cell ? { text, hyperlink: cell.href } : text;
}

function summarySheet(report: AuditReport) {
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
  ];
  return {
    name: 'Summary',
    columns: [
      { key: 'name', header: 'What', width: 44 },
      { key: 'value', header: 'Value', width: 70 },
    ],
    data: rows.map(([name, value]) => ({ name, value })),
    freezePane: { rows: 1 },
  };
}

function titleOf({ summary }: AuditReport): string {
  return `Release audit ${summary.fixVersion}`;
}

function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${columnName(Math.floor(index / 26) - 1)}${letter}`;
}
