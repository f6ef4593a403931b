import { FACET_NAMES, type Table } from '../tables/table.ts';

/** Facets of all tables with every value written once: `names[f]` has the values of facet f, a row has their numbers. */
export interface PackedFacets {
  values: string[][];
  /** By table: a list per row, which has a list of numbers per facet. */
  rows: Record<string, number[][][]>;
}

/** Packs the facets for the page. The order of `values` is the alphabet's, so that the same report gives the same bytes. */
export function packFacets(tables: readonly Table[]): PackedFacets {
  const values = FACET_NAMES.map((name) =>
    [...new Set(tables.flatMap(({ rows }) => rows.flatMap(({ facets }) => facets[name])))].sort(),
  );
  const numbers = values.map((list) => new Map(list.map((value, number) => [value, number])));
  const rows = Object.fromEntries(
    tables.map(({ id, rows: list }) => [
      id,
      list.map(({ facets }) =>
        FACET_NAMES.map((name, facet) => facets[name].flatMap((value) => numbers[facet]?.get(value) ?? [])),
      ),
    ]),
  );
  return { values, rows };
}
