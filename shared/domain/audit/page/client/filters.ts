import { FACET_NAMES } from '../../tables/table.ts';
import type { PackedFacets } from '../pack-facets.ts';
import type { RowTest } from './table-view.ts';

export interface Filters {
  /** What the filters say now. */
  test(): RowTest;
  /** Takes the filters from the address, so that a link shows what its sender saw. */
  readHash(): void;
  /** Sets just these, as in `finding=issue-without-code`. */
  replace(query: string): void;
}

const DATE = FACET_NAMES.indexOf('date');

/** The form of filters; `changed` is called whenever a row may have come or gone. */
export function createFilters({ values }: PackedFacets, changed: () => void): Filters {
  const form = document.getElementById('filters') as HTMLFormElement;
  const fields = Array.from(form.querySelectorAll<HTMLInputElement | HTMLSelectElement>('[name]'));
  for (const field of fields) {
    if (!(field instanceof HTMLSelectElement)) continue;
    const facet = FACET_NAMES.indexOf(field.name as (typeof FACET_NAMES)[number]);
    for (const value of values[facet] ?? []) field.add(new Option(value, value));
    const label = field.closest('label');
    if (label) label.hidden = (values[facet] ?? []).length === 0;
  }

  const apply = (): void => {
    const query = new URLSearchParams(
      fields.filter(({ value }) => value !== '').map(({ name, value }): [string, string] => [name, value]),
    );
    // Replaced, not pushed: going back leaves the page instead of undoing a letter.
    history.replaceState(null, '', query.size > 0 ? `#${query}` : location.pathname + location.search);
    changed();
  };
  const set = (query: URLSearchParams): void => {
    for (const field of fields) field.value = query.get(field.name) ?? '';
  };

  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', apply);
  form.addEventListener('reset', () => setTimeout(apply));
  window.addEventListener('hashchange', () => {
    if (!location.hash.includes('=')) return;
    set(new URLSearchParams(location.hash.slice(1)));
    changed();
  });

  return {
    test: () => createTest(new Map(fields.map(({ name, value }) => [name, value])), values),
    readHash() {
      if (location.hash.includes('=')) set(new URLSearchParams(location.hash.slice(1)));
      changed();
    },
    replace(query) {
      set(new URLSearchParams(query));
      apply();
    },
  };
}

function createTest(chosen: ReadonlyMap<string, string>, values: readonly string[][]): RowTest {
  const wanted = FACET_NAMES.flatMap((name, facet) => {
    const value = chosen.get(name);
    return value ? [{ facet, number: values[facet]?.indexOf(value) ?? -1 }] : [];
  });
  const text = (chosen.get('text') ?? '').trim().toLowerCase();
  const days = values[DATE] ?? [];
  const from = chosen.get('from') ?? '';
  const to = chosen.get('to') ?? '';
  const isInTime = (number: number): boolean => {
    const day = days[number] ?? '';
    return (from === '' || day >= from) && (to === '' || day <= to);
  };
  return (facets, textOf) =>
    wanted.every(({ facet, number }) => facets[facet]?.includes(number)) &&
    (from === '' && to === '' ? true : (facets[DATE]?.some(isInTime) ?? false)) &&
    (text === '' || textOf().includes(text));
}
