export interface TableOptions {
  /** Whether the heading is shown in bold. */
  color: boolean;
}

/** Columns aligned with spaces, without trailing ones, so that the text can be read, searched and cut. */
export function formatTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  { color }: TableOptions,
): string {
  const widths = heading.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const top = line(heading);
  return [color ? `\u001B[1m${top}\u001B[22m` : top, ...rows.map(line)].join('\n');
}
