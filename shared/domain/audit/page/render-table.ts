import { escapeXml } from '../render/escape-xml.ts';
import {
  type Cell,
  type Column,
  cellText,
  sliceRows,
  type Table,
  type TableRow,
  type TableRows,
} from '../tables/table.ts';

const SEVERITIES: ReadonlySet<string> = new Set(['high', 'medium', 'low']);

/**
 * One table with caption and header cells, complete in the text of the page; the script only hides, sorts and counts. A
 * table with more than `MAX_PAGE_ROWS` rows says where the rest of them is.
 */
export function* renderTable({ id, title, caption, columns, rows }: Table): Generator<string> {
  const head = columns.map(({ title: name, kind }) => `<th scope="col" data-kind="${kind}">${escapeXml(name)}</th>`);
  const shown = sliceRows(rows, 0, MAX_PAGE_ROWS);
  const hasSources = id !== 'sources' && some(shown, ({ sources }) => sources.length > 0);
  const known = hasSources ? '<th scope="col">How do we know</th>' : '';
  yield [
    `<section aria-labelledby="${id}">`,
    `<h2 id="${id}" tabindex="-1">${escapeXml(title)} <small>(${rows.length})</small></h2>`,
    ...(rows.length > MAX_PAGE_ROWS ? [renderRest(id, rows.length)] : []),
    `<div class="bar scripted scripted-only"><span class="count" id="${id}-count"></span> <button type="button" data-csv="${id}">CSV of these rows</button> <button type="button" data-all="${id}" hidden>Show all</button></div>`,
    `<div class="scroll" role="region" tabindex="0" aria-label="${escapeXml(title)}">`,
    `<table data-table="${id}"><caption>${escapeXml(caption)}</caption>`,
    `<thead><tr>${head.join('')}${known}</tr></thead>`,
    '<tbody>\n',
  ].join('\n');
  let before = '';
  for (const row of shown) {
    yield `${before}${renderRow(id, row, columns, hasSources)}`;
    before = '\n';
  }
  yield '\n</tbody></table></div></section>';
}

/** Rows of one table: more than a browser opens quickly are of no use to the reader. */
export const MAX_PAGE_ROWS = 20_000;

function renderRest(id: string, length: number): string {
  const [shown, all] = [MAX_PAGE_ROWS, length].map((count) => count.toLocaleString('en'));
  return `<p>These are the first ${shown} of ${all} rows: a browser cannot show all of them. All are in <code>csv/${id}.csv</code>, <code>audit.xlsx</code> and <code>audit.json</code>.</p>`;
}

function some(rows: TableRows, test: (row: TableRow) => boolean): boolean {
  for (const row of rows) if (test(row)) return true;
  return false;
}

function renderRow(table: string, row: TableRow, columns: readonly Column[], hasSources: boolean): string {
  const cells = row.cells.map((cell, index) => renderCell(cell, columns[index]));
  const anchor = table === 'sources' ? ` id="source-${escapeXml(row.id)}"` : '';
  const sources = hasSources ? `<td>${row.sources.map(linkSource).join(' ')}</td>` : '';
  return `<tr${anchor}>${cells.join('')}${sources}</tr>`;
}

function renderCell(cell: Cell, column: Column | undefined): string {
  const text = cellText(cell);
  const body =
    typeof cell === 'object' && 'href' in cell
      ? `<a href="${escapeXml(cell.href)}" rel="noreferrer">${escapeXml(cell.text)}</a>`
      : SEVERITIES.has(text) && column?.key === 'severity'
        ? `<span class="${text}">${text}</span>`
        : escapeXml(text);
  const kind = column?.kind === 'number' ? ' class="number"' : (column?.width ?? 0) >= 44 ? ' class="wide"' : '';
  return `<td${kind}>${body}</td>`;
}

function linkSource(id: string): string {
  return `<a href="#source-${escapeXml(id)}" data-source="${escapeXml(id)}">${escapeXml(id)}</a>`;
}
