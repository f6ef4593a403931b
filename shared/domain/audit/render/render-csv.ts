import { cellText, type Table, type TableRow } from '../tables/table.ts';

/**
 * A spreadsheet takes a cell that begins with one of these for a formula, some of them also in the full width of East
 * Asian writing: https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

/**
 * A table as CSV after RFC 4180, line by line: a header, every row, line ends CR LF, UTF-8 with a byte order mark so
 * that Excel reads it as such. A cell that would be a formula is written as text.
 */
export function* renderCsv(table: Pick<Table, 'columns'> & { rows: Iterable<TableRow> }): Generator<string> {
  yield `\uFEFF${table.columns.map(({ title }) => csvField(title)).join(',')}\r\n`;
  for (const { cells } of table.rows) yield `${cells.map((cell) => csvField(cellText(cell))).join(',')}\r\n`;
}

/** One field: quoted where it has to be, and never a formula. */
export function csvField(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}
