/** Rows that are put into the page at once: more than a screen, few enough to be quick. */
const WINDOW = 200;

/** Whether a row with these facet numbers and this text is shown. */
export type RowTest = (facets: readonly (readonly number[])[], text: () => string) => boolean;

export interface TableView {
  /** Shows the rows that pass; returns how many do. */
  filter(test: RowTest): number;
  /** Puts every matching row into the page, for paper and for the browser's own search. */
  showAll(): void;
  /** Shows one row by the id of its element, also where the filters hide it, and lights it up. */
  reveal(elementId: string): void;
  /** Matching rows in the order they are shown, header first, as texts. */
  texts(): string[][];
}

interface Row {
  element: HTMLTableRowElement;
  facets: readonly (readonly number[])[];
  text?: string;
  position: number;
}

/** Takes the rows out of the page once and puts the matching ones back, so that a filter over 20,000 rows costs 200. */
export function createTableView(table: HTMLTableElement, facets: readonly number[][][]): TableView {
  const id = table.dataset['table'] ?? '';
  const body = table.tBodies[0] ?? table.createTBody();
  const rows: Row[] = Array.from(body.rows, (element, position) => ({
    element,
    facets: facets[position] ?? [],
    position,
  }));
  const headers = Array.from(table.tHead?.rows[0]?.cells ?? []);
  const count = document.getElementById(`${id}-count`);
  const more = document.querySelector<HTMLButtonElement>(`[data-all="${id}"]`);
  let matching = rows;

  const show = (limit: number): void => {
    body.replaceChildren(...matching.slice(0, limit).map(({ element }) => element));
    const shown = Math.min(limit, matching.length);
    if (count) {
      count.textContent =
        shown === matching.length
          ? `${matching.length} of ${rows.length} rows`
          : `${shown} shown of ${matching.length} that match, ${rows.length} rows in all`;
    }
    if (more) more.hidden = shown === matching.length;
  };

  const sortBy = (column: number, direction: 'ascending' | 'descending'): void => {
    const kind = headers[column]?.dataset['kind'];
    const keyOf = ({ element }: Row): string | number => {
      const text = element.cells[column]?.textContent ?? '';
      return kind === 'number' ? Number(text) : text.toLowerCase();
    };
    const keyed = rows.map((row): [string | number, Row] => [keyOf(row), row]);
    const sign = direction === 'ascending' ? 1 : -1;
    keyed.sort(([a, one], [b, other]) => (a < b ? -sign : a > b ? sign : one.position - other.position));
    rows.splice(0, rows.length, ...keyed.map(([, row]) => row));
    const kept = new Set(matching);
    matching = rows.filter((row) => kept.has(row));
    show(WINDOW);
  };

  headers.forEach((header, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = header.textContent;
    header.replaceChildren(button);
    header.setAttribute('aria-sort', 'none');
    button.addEventListener('click', () => {
      const direction = header.getAttribute('aria-sort') === 'ascending' ? 'descending' : 'ascending';
      for (const other of headers) other.setAttribute('aria-sort', 'none');
      header.setAttribute('aria-sort', direction);
      sortBy(column, direction);
    });
  });

  return {
    filter(test) {
      matching = rows.filter((row) =>
        test(row.facets, () => {
          row.text ??= (row.element.textContent ?? '').toLowerCase();
          return row.text;
        }),
      );
      show(WINDOW);
      return matching.length;
    },
    showAll: () => show(Number.POSITIVE_INFINITY),
    reveal(elementId) {
      const row = rows.find(({ element }) => element.id === elementId);
      if (!row) return;
      if (!row.element.isConnected) body.prepend(row.element);
      for (const lit of table.querySelectorAll('.lit')) lit.classList.remove('lit');
      row.element.classList.add('lit');
      row.element.tabIndex = -1;
      row.element.scrollIntoView({ block: 'center' });
      row.element.focus({ preventScroll: true });
    },
    texts: () => [
      headers.map(({ textContent }) => textContent ?? ''),
      ...matching.map(({ element }) => Array.from(element.cells, ({ textContent }) => textContent ?? '')),
    ],
  };
}
