import { fitText } from '../../shared/kernel/text/fit-text.ts';
import { wrapWords } from '../../shared/kernel/text/wrap-words.ts';

export interface TableOptions {
  /** Whether the heading is shown in bold. */
  color: boolean;
  /** As wide as the table may be; absent means as wide as it gets. */
  columns?: number | undefined;
  /** Headings of ids and other long names that are shortened where words are not enough to wrap. */
  cut?: readonly string[];
}

type Row = readonly string[];

/**
 * Columns aligned with spaces, without trailing ones, so that the text can be read, searched and cut. Where a terminal
 * is too narrow, cells go on in the next line, between words; only what `cut` names is shortened.
 */
export function formatTable(heading: Row, rows: readonly Row[], { color, columns, cut = [] }: TableOptions): string {
  const table = [heading, ...rows];
  const natural = measure(heading, table, (cell) => cell.length);
  const widths = columns === undefined ? natural : fitWidths(heading, table, natural, { columns, cut });
  const lines = table.map((row) => formatRow(row, widths, (column) => cut.includes(heading[column] ?? '')));
  const [top = '', ...others] = lines;
  return [color ? `\u001B[1m${top}\u001B[22m` : top, ...others].join('\n');
}

const GAP = 2;
/** What is left of a name that is cut. */
const LEAST = 10;

/** The wide columns give way first, down to their longest word. */
function fitWidths(
  heading: Row,
  table: readonly Row[],
  natural: readonly number[],
  { columns, cut }: { columns: number; cut: readonly string[] },
): number[] {
  const room = columns - GAP * (natural.length - 1);
  const words = measure(heading, table, (cell) => Math.max(...cell.split(' ').map((word) => word.length)));
  const kept = narrow(natural, words, room);
  if (sum(kept) <= room) return kept;
  const least = words.map((width, column) => (cut.includes(heading[column] ?? '') ? Math.min(width, LEAST) : width));
  return narrow(natural, least, room);
}

/** No column is wider than it must be for all of them to have room, and none is narrower than its least width. */
function narrow(natural: readonly number[], least: readonly number[], room: number): number[] {
  const at = (limit: number) => natural.map((width, column) => Math.max(least[column] ?? 0, Math.min(width, limit)));
  let limit = Math.max(...natural);
  while (limit > 1 && sum(at(limit)) > room) limit -= 1;
  return at(limit);
}

function measure(heading: Row, table: readonly Row[], widthOf: (cell: string) => number): number[] {
  return heading.map((_, column) => table.reduce((widest, row) => Math.max(widest, widthOf(row[column] ?? '')), 0));
}

function formatRow(row: Row, widths: readonly number[], isCut: (column: number) => boolean): string {
  const cells = widths.map((width, column) => {
    const text = row[column] ?? '';
    if (text.length <= width) return [text];
    return isCut(column) ? [fitText(text, width)] : wrapWords(text, width);
  });
  const height = Math.max(1, ...cells.map((cell) => cell.length));
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((cell, column) => (cell[line] ?? '').padEnd(widths[column] ?? 0))
      .join(' '.repeat(GAP))
      .trimEnd(),
  ).join('\n');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
