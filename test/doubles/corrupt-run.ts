import type { Rows } from '../../shared/adapters/storage/tables/rows.ts';
import { buildTableKey } from '../../shared/adapters/storage/tables/table-key.ts';

/** Makes the row of a run one that no version can read. */
export async function corruptRun(rows: Rows, runId: string): Promise<void> {
  await rows.write('runs', [{ kind: 'put', key: buildTableKey('run', runId), fields: { task: '{' } }]);
}
