import { FACET_NAMES, type Table, type TableRow } from '../tables/table.ts';

/**
 * Facets of all tables with every value written once: `values[f]` has the values of facet f, a row has their numbers.
 */
export interface PackedFacets {
  values: string[][];
  /** By table: a list per row, which has a list of numbers per facet. */
  rows: Record<string, number[][][]>;
}

/**
 * `PackedFacets` for the page as JSON, piece by piece: the numbers of all rows together are large. The order of
 * `values` is the alphabet's, so that the same report gives the same bytes.
 */
export function* packFacets(tables: readonly Table[]): Generator<string> {
  const values = valuesOf(tables).map((found) => [...found].sort());
  const numbers = values.map((list) => new Map(list.map((value, number) => [value, number])));
  yield `{"values":${JSON.stringify(values)},"rows":{`;
  for (const [index, { id, rows }] of tables.entries()) {
    yield `${index === 0 ? '' : ','}${JSON.stringify(id)}:[`;
    let before = '';
    for (const row of rows) {
      yield `${before}${JSON.stringify(numbersOf(row, numbers))}`;
      before = ',';
    }
    yield ']';
  }
  yield '}}';
}

function valuesOf(tables: readonly Table[]): Set<string>[] {
  const found = FACET_NAMES.map((name) => ({ name, values: new Set<string>() }));
  for (const { rows } of tables)
    for (const { facets } of rows)
      for (const { name, values } of found) for (const value of facets[name]) values.add(value);
  return found.map(({ values }) => values);
}

function numbersOf({ facets }: TableRow, numbers: readonly ReadonlyMap<string, number>[]): number[][] {
  return FACET_NAMES.map((name, facet) => facets[name].flatMap((value) => numbers[facet]?.get(value) ?? []));
}
