/** A list of a report that is walked through. Its rows may be made one by one meanwhile, and then again each time. */
export interface Rows<T> extends Iterable<T> {
  readonly length: number;
}

/** Rows that are kept as the texts they have in the file of the report. */
export interface WrittenRows<T> extends Rows<T> {
  /** What `canonicalItems` makes of all rows, some of them in each text. */
  texts(): Iterable<string>;
}

/** Lists one after another: as one list where all of them are lists, and otherwise read from where they are kept. */
export function joinRows<T>(lists: readonly (readonly T[] | WrittenRows<T>)[]): readonly T[] | WrittenRows<T> {
  const written = lists.filter((list) => 'texts' in list);
  if (written.length === 0 || written.length < lists.length) return lists.flatMap((list) => [...list]);
  return {
    length: written.reduce((sum, { length }) => sum + length, 0),
    *[Symbol.iterator]() {
      for (const list of written) yield* list;
    },
    *texts() {
      for (const list of written) yield* list.texts();
    },
  };
}
