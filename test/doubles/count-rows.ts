import type { Rows } from '../../shared/adapters/storage/tables/rows.ts';

/** What was asked of rows: point reads, writes, lists that were begun, and the rows these gave. */
interface RowCounts {
  find: number;
  write: number;
  list: number;
  listed: number;
}

/** Counts what is asked of rows from now on; `total` is the calls. */
export function countRows(rows: Rows): { total(): number; counts(): RowCounts; reset(): void } {
  const none: RowCounts = { find: 0, write: 0, list: 0, listed: 0 };
  const counted = { ...none };
  const { find, write, list } = rows;
  Object.assign(rows, {
    find: (...args: Parameters<Rows['find']>) => {
      counted.find += 1;
      return find(...args);
    },
    write: (...args: Parameters<Rows['write']>) => {
      counted.write += 1;
      return write(...args);
    },
    async *list(...args: Parameters<Rows['list']>) {
      counted.list += 1;
      for await (const row of list(...args)) {
        counted.listed += 1;
        yield row;
      }
    },
  } satisfies Rows);
  return {
    total: () => counted.find + counted.write + counted.list,
    counts: () => ({ ...counted }),
    reset: () => void Object.assign(counted, none),
  };
}
