import { csvField } from '../../render/render-csv.ts';
import type { TableView } from './table-view.ts';

/** Saves the matching rows of a table as a CSV file, in the order they are shown. */
export function downloadCsv(name: string, view: TableView | undefined): void {
  if (!view) return;
  const lines = view.texts().map((cells) => cells.map(csvField).join(','));
  const blob = new Blob([`\uFEFF${lines.join('\r\n')}\r\n`], { type: 'text/csv;charset=utf-8' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `audit-${name}.csv`;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
