import type { ScopeLock } from '../../../../shared/domain/ports/scopes.ts';
import type { QueueDepth } from '../../../../shared/domain/ports/task-queue.ts';
import { listEntries, type QueueEntry } from '../../queue/queue-entries.ts';
import type { Board } from './board.ts';

export interface QueueState {
  depth: QueueDepth;
  entries: QueueEntry[];
  parked: number;
  claims: ScopeLock[];
}

/** Leases nothing, so runners are not disturbed. */
export async function readQueue(board: Board): Promise<QueueState> {
  const { queue, ledger, scopes } = await board.storage();
  const [depth, entries, parked, claims] = await Promise.all([
    queue.getDepth(),
    listEntries(queue),
    ledger.listByState('parked'),
    scopes.list(),
  ]);
  return { depth, entries, parked: parked.length, claims };
}
