import { createHash } from 'node:crypto';

/**
 * What makes two tasks the same: the task id, and for a task that is asked for again under the same id what comes before
 * it: the run that ended, or the message of a requeued one.
 */
export function buildDedupKey(taskId: string, again?: string): string {
  return again === undefined ? taskId : `${taskId}~g${again}`;
}

/**
 * The run id of a dedup key: always the same one, short enough for a branch note or a spoken sentence. Two keys may
 * share 48 bits; whoever creates a run compares the stored key and goes on with the next `salt`.
 */
export function buildRunId(dedupKey: string, salt = 0): string {
  const hash = createHash('sha256').update(salt === 0 ? dedupKey : `${dedupKey}\n${salt}`);
  return `run-${hash.digest('hex').slice(0, 12)}`;
}
