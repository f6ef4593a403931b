/** One value of a table. `href` makes it a link. Lists are joined by the renderer. */
export type Cell = string | number | { text: string; href: string } | readonly string[];

export interface Column {
  key: string;
  title: string;
  /** Width in characters, where a width can be set. */
  width: number;
  kind: 'text' | 'number' | 'time';
  /** Its sentences go over several lines where a row can be higher. */
  wraps?: true;
}

/** What a row can be filtered by. A row of a change has the facets of the issues it belongs to. */
export interface Facets {
  version: readonly string[];
  status: readonly string[];
  assignee: readonly string[];
  label: readonly string[];
  component: readonly string[];
  repository: readonly string[];
  branch: readonly string[];
  /** Days of the commits, `2026-11-28`. */
  date: readonly string[];
  /** Rules of the findings. */
  finding: readonly string[];
}

export const FACET_NAMES = [
  'version',
  'status',
  'assignee',
  'label',
  'component',
  'repository',
  'branch',
  'date',
  'finding',
] as const satisfies readonly (keyof Facets)[];

export interface TableRow {
  /** Id of the row in the report; the same thing has the same id in every table. */
  id: string;
  cells: readonly Cell[];
  /** Ids of the sources that show it. */
  sources: readonly string[];
}

/** A part of the report as rows and columns; workbook, CSV and page are made from it. */
export interface Table {
  id: 'findings' | 'stories' | 'changes' | 'commits' | 'links' | 'waivers' | 'sources';
  title: string;
  /** One sentence that says what a row is. */
  caption: string;
  columns: readonly Column[];
  rows: TableRows;
}

/** Rows that may be made one by one as they are walked through, so that a large table costs no memory. */
export interface TableRows extends Iterable<TableRow> {
  readonly length: number;
  /** The facets of each row, in the order of the rows, which need not be made for them. */
  facets(): Iterable<Facets>;
}

/** The rows of a list and their facets, made whenever they are walked through. */
export function rowsOf<T>(items: readonly T[], toRow: (item: T) => TableRow, facetsOf: (item: T) => Facets): TableRows {
  return {
    length: items.length,
    *[Symbol.iterator]() {
      for (const item of items) yield toRow(item);
    },
    *facets() {
      for (const item of items) yield facetsOf(item);
    },
  };
}

/** Some of the rows, from one place up to and without another. */
export function sliceRows(rows: TableRows, start: number, end: number): TableRows {
  const from = Math.min(start, rows.length);
  return {
    length: Math.max(0, Math.min(end, rows.length) - from),
    [Symbol.iterator]: () => slice(rows, start, end),
    facets: () => slice(rows.facets(), start, end),
  };
}

function* slice<T>(items: Iterable<T>, start: number, end: number): Generator<T> {
  let place = 0;
  for (const item of items) {
    if (place >= end) return;
    if (place >= start) yield item;
    place += 1;
  }
}

/** A cell as one line of text. Lists are joined with a comma. */
export function cellText(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return String(cell);
  return 'href' in cell ? cell.text : cell.join(', ');
}
