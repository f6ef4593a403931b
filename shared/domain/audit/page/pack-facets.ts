import { FACET_NAMES, type Facets, type Table } from '../tables/table.ts';

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
  // Many rows share theirs.
  const kept = tables.map(({ id, rows }) => ({ id, facets: Array.from(rows.facets()) }));
  const distinct = new Set(kept.flatMap(({ facets }) => facets));
  const numbered = FACET_NAMES.map((name) => numberValues(name, distinct));
  const made = new Map<Facets, string>();
  const textOf = (facets: Facets): string => {
    const text = made.get(facets) ?? JSON.stringify(numbersOf(facets, numbered));
    made.set(facets, text);
    return text;
  };
  yield `{"values":${JSON.stringify(numbered.map(({ numbers }) => [...numbers.keys()]))},"rows":{`;
  for (const [index, { id, facets }] of kept.entries()) {
    yield `${index === 0 ? '' : ','}${JSON.stringify(id)}:[`;
    let before = '';
    for (const one of facets) {
      yield `${before}${textOf(one)}`;
      before = ',';
    }
    yield ']';
  }
  yield '}}';
}

interface NumberedFacet {
  name: keyof Facets;
  /** By value, in the order of the alphabet. */
  numbers: ReadonlyMap<string, number>;
}

function numberValues(name: keyof Facets, all: Iterable<Facets>): NumberedFacet {
  const values = new Set<string>();
  for (const facets of all) for (const value of facets[name]) values.add(value);
  return { name, numbers: new Map([...values].sort().map((value, number) => [value, number])) };
}

function numbersOf(facets: Facets, numbered: readonly NumberedFacet[]): number[][] {
  // Every value of every row has a number.
  return numbered.map(({ name, numbers }) => facets[name].map((value) => numbers.get(value) as number));
}
