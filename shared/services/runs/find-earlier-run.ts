import type { RunLedger, RunRecord } from '../../domain/ports/run-ledger.ts';
import { buildRunId } from '../../domain/runs/run-id.ts';
import type { Task } from '../../domain/runs/task.ts';

/** As many as one list gives: more runs were not made of one ticket since the upgrade. */
const LOOK_AT = 100;

/**
 * The run that 0.1.0 made of a task which has none of this version; `undefined` where there is none. It put the
 * generation of the map into the key of what a change of a ticket asked for: without this look, each ticket that stays
 * in its trigger would be worked on once more after the upgrade. Other tasks have the keys they had.
 * @throws {TaskError} `storage-unavailable`, `storage-refused`; `unexpected` when the run of this version cannot be
 * read.
 */
export async function findEarlierRun(
  { kind, id, scope }: Pick<Task, 'kind' | 'id' | 'scope'>,
  ledger: Pick<RunLedger, 'find' | 'listRecent'>,
): Promise<RunRecord | undefined> {
  if (kind !== 'coding' || (await ledger.find(buildRunId(id)))) return undefined;
  const runs = await ledger.listRecent(scope, LOOK_AT);
  const answering = runs.find(({ task }) => task.id === id);
  return answering && ledger.find(answering.runId);
}
