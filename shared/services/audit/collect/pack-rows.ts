import { canonicalItems } from '../../../domain/audit/render/render-json.ts';
import type { WrittenRows } from '../../../domain/audit/report/rows.ts';
import { compress, decompress } from './compress.ts';
import { partsOf, textsOf } from './text-parts.ts';

/** Rows in one text: few enough for the space of young objects, where reading them costs a tenth. */
const ROWS = 32;

/**
 * Keeps rows as compressed text, in a tenth of the memory of their objects, which V8 would look at again and again.
 * They are read anew each time they are walked through; the file of the report takes the texts as they are.
 */
export function packRows<T>(rows: readonly T[]): WrittenRows<T> {
  const parts = Array.from(partsOf(textsOfRows(rows)), compress);
  const texts = function* () {
    for (const part of parts) yield* textsOf(decompress(part));
  };
  return {
    length: rows.length,
    *[Symbol.iterator]() {
      // What was written here a moment ago.
      for (const text of texts()) yield* JSON.parse(`[${text}]`) as T[];
    },
    texts,
  };
}

function* textsOfRows(rows: readonly unknown[]): Generator<string> {
  for (let start = 0; start < rows.length; start += ROWS) yield canonicalItems(rows.slice(start, start + ROWS));
}
