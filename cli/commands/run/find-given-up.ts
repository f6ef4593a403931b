import type { Storage } from '../../../shared/domain/ports/storage.ts';
import type { PoisonedMessage } from '../../../shared/domain/ports/task-queue.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { EVERYTHING } from '../../../shared/domain/runs/subjects.ts';
import type { Task } from '../../../shared/domain/runs/task.ts';
import { walkRuns } from './walk-runs.ts';

/** Work that goes on no more until a person acts. */
export type GivenUp =
  /** Tried too often; its message waits on the poison queue. */
  | { kind: 'poisoned'; at: number; messageId: string; runId?: string; task: Task; reason: string }
  /** A message that holds no task this release can read. */
  | { kind: 'refused'; at: number; messageId: string; runId?: string; reason: string }
  /** A run that failed for good, after which no other run of the same work was begun. */
  | { kind: 'failed'; at: number; runId: string; task: Task; reason: string; detail?: string };

export interface GivenUpWork {
  /** Newest first. */
  work: GivenUp[];
  /** Poisoned messages that a storage queue does not show. */
  hidden: number;
  /** Runs that were looked at. */
  read: number;
  /** Whether all runs of the time asked for were looked at. */
  isWhole: boolean;
  /** Creation time of the oldest run that was looked at. */
  back?: number;
  /** Runs whose rows cannot be read. */
  unreadable: string[];
}

export interface GivenUpOptions {
  /** Runs created before this are not looked at. */
  since: number;
  /** Runs that are looked at. */
  mostRead: number;
}

/** As many as the ledger gives at once. */
const PAGE = 100;

/**
 * Everything that was given up, in one list: poisoned messages with a task and without one, and failed runs that have
 * no message. A run that failed is not listed once a newer one has the same work: the same issue, the same review of a
 * merge request, the same note. Leases nothing.
 */
export async function findGivenUp(
  { queue, ledger }: Pick<Storage, 'queue' | 'ledger'>,
  { since, mostRead }: GivenUpOptions,
): Promise<GivenUpWork> {
  const [depth, poisoned] = await Promise.all([queue.getDepth(), queue.listPoison()]);
  const unreadable = new Set<string>();
  const onUnreadable = (runId: string) => void unreadable.add(runId);
  const newestFirst = walkRuns([EVERYTHING], ledger, { page: Math.min(PAGE, mostRead), onUnreadable });
  const found = await collectFailed(newestFirst, { since, mostRead });
  const withMessage = new Set(poisoned.map(({ runId }) => runId));
  const { failed, ...read } = found;
  const work = [
    ...poisoned.map(toGivenUp),
    ...failed.filter(({ runId }) => !withMessage.has(runId)).map(toFailed),
  ].toSorted((a, b) => b.at - a.at);
  return { work, hidden: Math.max(0, depth.poisonCount - poisoned.length), ...read, unreadable: [...unreadable] };
}

async function collectFailed(
  newestFirst: AsyncIterable<Run>,
  { since, mostRead }: GivenUpOptions,
): Promise<Pick<GivenUpWork, 'read' | 'isWhole' | 'back'> & { failed: Run[] }> {
  const seen = new Set<string>();
  const failed: Run[] = [];
  let read = 0;
  let back: number | undefined;
  const end = (isWhole: boolean) => ({ failed, read, isWhole, ...(back === undefined ? {} : { back }) });
  for await (const run of newestFirst) {
    if (run.createdAt < since) break;
    if (read >= mostRead) return end(false);
    read += 1;
    back = run.createdAt;
    const work = nameWork(run.task);
    if (run.state === 'failed' && !seen.has(work)) failed.push(run);
    seen.add(work);
  }
  return end(true);
}

/** Another note in the same merge request is other work; another push to it is not. */
function nameWork({ kind, id, scope }: Task): string {
  return kind === 'reply' ? id : `${kind} ${scope}`;
}

function toGivenUp({ messageId, insertedAt, runId, task, reason }: PoisonedMessage): GivenUp {
  const about = { at: insertedAt, messageId, ...(runId === undefined ? {} : { runId }), reason };
  return task ? { kind: 'poisoned', ...about, task } : { kind: 'refused', ...about };
}

function toFailed({ runId, task, updatedAt, code = 'unexpected', detail }: Run): GivenUp {
  return { kind: 'failed', at: updatedAt, runId, task, reason: code, ...(detail === undefined ? {} : { detail }) };
}
