import type { PackedFacets } from '../pack-facets.ts';
import { startCompare } from './compare.ts';
import { downloadCsv } from './download-csv.ts';
import { createFilters } from './filters.ts';
import { readJson } from './read-json.ts';
import { createTableView, type TableView } from './table-view.ts';

/** The page without this script is complete; this adds filters, sorting, CSV and comparison. */
function start(): void {
  const facets = readJson<PackedFacets>('facets');
  const views = new Map<string, TableView>();
  for (const table of document.querySelectorAll<HTMLTableElement>('table[data-table]')) {
    const id = table.dataset['table'] ?? '';
    views.set(id, createTableView(table, facets.rows[id] ?? []));
  }
  const filters = createFilters(facets, () => {
    let matches = 0;
    const test = filters.test();
    for (const view of views.values()) matches += view.filter(test);
    const output = document.getElementById('matches');
    if (output) output.textContent = `${matches.toLocaleString('en')} rows match`;
  });
  document.documentElement.classList.add('js');
  filters.readHash();

  document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : undefined;
    const csv = target?.closest<HTMLElement>('[data-csv]')?.dataset['csv'];
    if (csv) downloadCsv(csv, views.get(csv));
    const all = target?.closest<HTMLElement>('[data-all]')?.dataset['all'];
    if (all) views.get(all)?.showAll();
    const figure = target?.closest<HTMLAnchorElement>('.figures a');
    if (figure) {
      event.preventDefault();
      filters.replace(figure.dataset['filter'] ?? '');
      focusOn(figure.hash.slice(1));
    }
    const source = target?.closest<HTMLElement>('[data-source]')?.dataset['source'];
    if (source) {
      event.preventDefault();
      views.get('sources')?.reveal(`source-${source}`);
    }
  });
  window.addEventListener('beforeprint', () => {
    for (const view of views.values()) view.showAll();
  });
  startCompare();
}

function focusOn(id: string): void {
  const heading = document.getElementById(id);
  heading?.scrollIntoView({ block: 'start' });
  heading?.focus({ preventScroll: true });
}

start();
