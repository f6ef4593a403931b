import type { Rows } from '../../shared/adapters/storage/tables/rows.ts';

/** Counts what is asked of rows from now on: point reads, lists that were begun, and writes. */
export function countRows(rows: Rows): { total(): number; reset(): void } {
  let total = 0;
  const { find, write, list } = rows;
  Object.assign(rows, {
    find: (...args: Parameters<Rows['find']>) => {
      total += 1;
      return find(...args);
    },
    write: (...args: Parameters<Rows['write']>) => {
      total += 1;
      return write(...args);
    },
    list: (...args: Parameters<Rows['list']>) => {
      total += 1;
      return list(...args);
    },
  } satisfies Rows);
  return {
    total: () => total,
    reset: () => {
      total = 0;
    },
  };
}
