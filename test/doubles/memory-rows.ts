import { assertWritable } from '../../shared/adapters/storage/tables/row-limits.ts';
import type { Change, Row, Rows } from '../../shared/adapters/storage/tables/rows.ts';

/** Rows in memory with the same promises; the double of `createTableRows`. */
export function createMemoryRows(): Rows {
  const partitions = new Map<string, Map<string, Row>>();
  let versions = 0;

  const open = (partition: string): Map<string, Row> => {
    const rows = partitions.get(partition) ?? new Map<string, Row>();
    partitions.set(partition, rows);
    return rows;
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
      const keys = [...open(partition).keys()].filter((key) => key >= from && (before === undefined || key < before));
      for (const key of keys.sort()) {
        const row = open(partition).get(key);
        if (row) yield copy(row);
      }
    },
  };
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
