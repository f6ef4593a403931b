import type { ScopeLock } from '../../../../shared/domain/ports/scopes.ts';
import type { QueueDepth } from '../../../../shared/domain/ports/task-queue.ts';
import type { ProjectPaths } from '../../../output/format-task.ts';
import { listEntries, type QueueEntry } from '../../queue/queue-entries.ts';
import type { Board } from './board.ts';

export interface QueueState {
  depth: QueueDepth;
  entries: QueueEntry[];
  parked: number;
  claims: ScopeLock[];
  paths: ProjectPaths;
}

/** Leases nothing, so runners are not disturbed. */
export async function readQueue(board: Board): Promise<QueueState> {
  const { queue, ledger, scopes } = await board.storage();
  const [depth, entries, parked, claims, paths] = await Promise.all([
    queue.getDepth(),
    listEntries(queue),
    ledger.listByState('parked'),
    scopes.list(),
    board.paths(),
  ]);
  return { depth, entries, parked: parked.length, claims, paths };
}
