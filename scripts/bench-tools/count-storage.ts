import { countRows } from '../../test/doubles/count-rows.ts';
import type { MemoryStorage } from '../../test/doubles/memory-storage.ts';

/** Counts what is asked of a storage from now on: requests to tables and to queues. */
export function countStorage({ parts }: MemoryStorage): () => { tables: number; queues: number } {
  const tables = Object.values(parts.rows).map(countRows);
  let queues = 0;
  for (const messages of [parts.tasks, parts.poison]) {
    for (const method of ['send', 'receive', 'setVisibility', 'remove', 'peek', 'count'] as const) {
      const original = messages[method] as (...args: unknown[]) => unknown;
      const counted = (...args: unknown[]) => {
        queues += 1;
        return original(...args);
      };
      Object.assign(messages, { [method]: counted });
    }
  }
  return () => ({ tables: tables.reduce((sum, { total }) => sum + total(), 0), queues });
}
