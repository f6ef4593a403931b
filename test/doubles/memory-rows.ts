import { assertWritable } from '../../shared/adapters/storage/tables/row-limits.ts';
import type { Change, Row, Rows } from '../../shared/adapters/storage/tables/rows.ts';

/** Rows in memory with the same promises; the double of `createTableRows`. */
export function createMemoryRows(): Rows {
  const partitions = new Map<string, Map<string, Row>>();
  /** Keys in their order, of partitions that were listed and have the same keys since. */
  const sorted = new Map<string, readonly string[]>();
  let versions = 0;

  const open = (partition: string): Map<string, Row> => {
    const rows = partitions.get(partition) ?? new Map<string, Row>();
    partitions.set(partition, rows);
    return rows;
  };
  const sort = (partition: string): readonly string[] => {
    const keys = sorted.get(partition) ?? [...open(partition).keys()].sort();
    sorted.set(partition, keys);
    return keys;
  };

  return {
    async find(partition, key) {
      const row = open(partition).get(key);
      return row && copy(row);
    },

    async write(partition, changes) {
      assertWritable(changes);
      const rows = open(partition);
      if (!changes.every((change) => holds(change, rows.get(change.key)))) return undefined;
      if (changes.some(({ kind, key }) => kind === 'remove' || !rows.has(key))) sorted.delete(partition);
      return changes.map((change) => {
        if (change.kind === 'remove') {
          rows.delete(change.key);
          return '';
        }
        versions += 1;
        const row = { key: change.key, fields: { ...change.fields }, version: `v${versions}` };
        rows.set(change.key, row);
        return row.version;
      });
    },

    async *list(partition, { from = '', before } = {}) {
      const keys = sort(partition);
      for (let index = findFirst(keys, from); index < keys.length; index += 1) {
        const key = keys[index] ?? '';
        if (before !== undefined && key >= before) return;
        const row = open(partition).get(key);
        if (row) yield copy(row);
      }
    },
  };
}

/** Where the keys begin that are `from` or come after it. */
function findFirst(keys: readonly string[], from: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? '') < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

function holds(change: Change, existing: Row | undefined): boolean {
  switch (change.kind) {
    case 'insert':
      return existing === undefined;
    case 'replace':
      return existing?.version === change.version;
    case 'put':
      return true;
    case 'remove':
      return existing !== undefined && (change.version === undefined || existing.version === change.version);
  }
}

function copy(row: Row): Row {
  return { ...row, fields: { ...row.fields } };
}
