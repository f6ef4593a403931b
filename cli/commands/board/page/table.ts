import { html } from 'hono/html';
import type { Html } from './layout.ts';

export interface Column {
  title: string;
  /** Numbers stand right. */
  number?: true;
  /** Of less use than the others. */
  minor?: true;
}

export interface PageTable {
  caption: string;
  columns: readonly Column[];
  /** The first cell names the row. */
  rows: readonly (readonly (Html | string)[])[];
  /** What stands here when there are no rows. */
  empty: string;
}

/**
 * A table with caption and header cells, or one sentence when it would be empty. The roles stand here because a small
 * screen stacks the cells of a row, which browsers would no longer take for a table.
 */
export function renderTable({ caption, columns, rows, empty }: PageTable): Html {
  if (rows.length === 0) return html`<p class="soft">${empty}</p>`;
  const head = columns.map(
    (column) => html`<th role="columnheader" scope="col" class="${classOf(column)}">${column.title}</th>`,
  );
  const body = rows.map(
    (cells) => html`<tr role="row">${cells.map((cell, index) => renderCell(cell, columns[index], index))}</tr>`,
  );
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table class="stack" role="table"><caption>${caption}</caption><thead role="rowgroup"><tr role="row">${head}</tr></thead><tbody role="rowgroup">${body}</tbody></table></div>`;
}

function renderCell(cell: Html | string, column: Column = { title: '' }, index: number): Html {
  return index === 0
    ? html`<th role="rowheader" scope="row">${cell}</th>`
    : html`<td role="cell" class="${classOf(column)}${cell === '' ? ' none' : ''}" data-label="${column.title}"><div>${cell}</div></td>`;
}

function classOf({ number, minor }: Column): string {
  return [...(number ? ['number'] : []), ...(minor ? ['minor'] : [])].join(' ');
}
