import type { ScopeLock } from '../../../../shared/domain/ports/scopes.ts';
import type { QueueDepth, QueuedMessage } from '../../../../shared/domain/ports/task-queue.ts';
import { DAY } from '../../../../shared/kernel/clock.ts';
import type { ProjectPaths } from '../../../output/format-task.ts';
import { findGivenUp, type GivenUpWork } from '../../run/find-given-up.ts';
import type { Board } from './board.ts';

export interface QueueState {
  depth: QueueDepth;
  givenUp: GivenUpWork;
  waiting: QueuedMessage[];
  parked: number;
  claims: ScopeLock[];
  paths: ProjectPaths;
}

/** Runs that are looked at for one page. */
const MOST_READ = 500;

/** Leases nothing, so runners are not disturbed. */
export async function readQueue(board: Board): Promise<QueueState> {
  const storage = await board.storage();
  const { queue, ledger, scopes } = storage;
  const [depth, givenUp, waiting, parked, claims, paths] = await Promise.all([
    queue.getDepth(),
    findGivenUp(storage, { since: board.clock.now() - 7 * DAY, mostRead: MOST_READ }),
    queue.peek(),
    ledger.listByState('parked'),
    scopes.list(),
    board.paths(),
  ]);
  return { depth, givenUp, waiting, parked: parked.length, claims, paths };
}
