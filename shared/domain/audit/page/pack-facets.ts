import { FACET_NAMES, type Table } from '../tables/table.ts';

/** Facets of all tables with every value written once: `names[f]` has the values of facet f, a row has their numbers. */
export interface PackedFacets {
  values: string[][];
  /** By table: a list per row, which has a list of numbers per facet. */
  rows: Record<string, number[][][]>;
}

/** Packs the facets for the page. The order of `values` is the alphabet's, so that the same report gives the same bytes. */
export function packFacets(tables: readonly Table[]): PackedFacets {
  const found = FACET_NAMES.map(() => new Map<string, number>());
  const rows = Object.fromEntries(
    tables.map(({ id, rows: list }) => [
      id,
      Array.from(list, ({ facets }) =>
        FACET_NAMES.map((name, facet) => facets[name].map((value) => numberOf(value, found[facet]))),
      ),
    ]),
  );
  const values = found.map((numbers) => [...numbers.keys()].sort());
  const places = found.map((numbers, facet) => sortedPlaces(numbers, values[facet] ?? []));
  for (const list of Object.values(rows))
    for (const row of list)
      row.forEach((numbers, facet) => {
        numbers.forEach((number, index) => {
          numbers[index] = places[facet]?.[number] ?? number;
        });
      });
  return { values, rows };
}

/** Numbers in the order in which values are met; they are exchanged for places in the alphabet at the end. */
function numberOf(value: string, numbers = new Map<string, number>()): number {
  const known = numbers.get(value);
  if (known !== undefined) return known;
  numbers.set(value, numbers.size);
  return numbers.size - 1;
}

function sortedPlaces(numbers: ReadonlyMap<string, number>, sorted: readonly string[]): number[] {
  const places: number[] = [];
  for (const [place, value] of sorted.entries()) places[numbers.get(value) ?? 0] = place;
  return places;
}
