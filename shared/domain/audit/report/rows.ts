import { CANONICAL_ITEMS, canonicalItems, type WrittenItems } from '../../../kernel/canonical-json.ts';

/** A list of a report that is walked through. Its rows may be made one by one meanwhile, and then again each time. */
export interface Rows<T> extends Iterable<T> {
  readonly length: number;
}

/** Rows that are kept as the texts they have in the file of the report. */
export interface WrittenRows<T> extends Rows<T>, WrittenItems {}

/** Lists one after another: as one list where all of them are lists, and otherwise read from where they are kept. */
export function joinRows<T>(lists: readonly (readonly T[] | WrittenRows<T>)[]): readonly T[] | WrittenRows<T> {
  if (lists.every((list) => Array.isArray(list))) return lists.flat() as T[]; // of lists of rows
  return {
    length: lists.reduce((sum, { length }) => sum + length, 0),
    *[Symbol.iterator]() {
      for (const list of lists) yield* list;
    },
    *[CANONICAL_ITEMS]() {
      for (const list of lists) {
        if (CANONICAL_ITEMS in list) yield* list[CANONICAL_ITEMS]();
        else if (list.length > 0) yield canonicalItems(list);
      }
    },
  };
}
