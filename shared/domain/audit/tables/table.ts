/** One value of a table. `href` makes it a link. Lists are joined by the renderer. */
export type Cell = string | number | { text: string; href: string } | readonly string[];

export interface Column {
  key: string;
  title: string;
  /** Width in characters, where a width can be set. */
  width: number;
  kind: 'text' | 'number' | 'time';
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
  facets: Facets;
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
  rows: readonly TableRow[];
}

/** A cell as one line of text. Lists are joined with a comma. */
export function cellText(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return String(cell);
  return 'href' in cell ? cell.text : cell.join(', ');
}
