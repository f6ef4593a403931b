import { follow } from './follow.ts';

/** So many rows stay in a page that is open for long. */
const MOST_ROWS = 500;

/** Keeps the list of runs current. */
export function startLiveRuns(): void {
  const table = document.querySelector<HTMLTableElement>('table#runs');
  const body = table?.tBodies[0];
  const output = document.getElementById('live');
  if (!table || !body || !output) return;
  const failedFirst = table.dataset['failedFirst'] === '1';

  follow(output, {
    runs(data) {
      const { rows, gone } = JSON.parse(data) as { rows: string[]; gone: string[] };
      for (const id of gone) document.getElementById(id)?.remove();
      for (const row of rows) put(parseRow(row), body, failedFirst);
      while (body.rows.length > MOST_ROWS) body.rows[body.rows.length - 1]?.remove();
      count(body.rows.length);
    },
  });
}

/** The server has escaped every text in it. */
function parseRow(html: string): HTMLTableRowElement | null {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content.querySelector('tr');
}

function put(row: HTMLTableRowElement | null, body: HTMLTableSectionElement, failedFirst: boolean): void {
  if (!row) return;
  const before = document.getElementById(row.id);
  if (before?.dataset['stamp'] === row.dataset['stamp']) return;
  const isFocused = before?.contains(document.activeElement) ?? false;
  before?.remove();
  row.classList.add('fresh');
  const place = Array.from(body.rows).find((other) => isBefore(row, other, failedFirst));
  body.insertBefore(row, place ?? null);
  if (isFocused) row.querySelector('a')?.focus();
}

function isBefore(a: HTMLElement, b: HTMLElement, failedFirst: boolean): boolean {
  const failed = (row: HTMLElement): number => (failedFirst ? Number(row.dataset['failed']) : 0);
  const at = (row: HTMLElement): number => Number(row.dataset['at']);
  return failed(a) !== failed(b) ? failed(a) > failed(b) : at(a) > at(b);
}

function count(rows: number): void {
  const output = document.getElementById('count');
  if (output) output.textContent = `${rows} ${rows === 1 ? 'run' : 'runs'}`;
  const none = document.getElementById('none');
  if (none) none.hidden = rows > 0;
}
