import { createHash } from 'node:crypto';

/**
 * What makes two tasks the same: the task id, and for tasks that may be asked for again under the same id the
 * generation (raised by a configuration reload, or the message id of a requeued one).
 */
export function buildDedupKey(taskId: string, generation?: string | number): string {
  return generation === undefined ? taskId : `${taskId}~g${generation}`;
}

/**
 * The run id of a dedup key: always the same one, short enough for a branch note or a spoken sentence. Two keys may
 * share 48 bits; whoever creates a run compares the stored key and goes on with the next `salt`.
 */
export function buildRunId(dedupKey: string, salt = 0): string {
  const hash = createHash('sha256').update(salt === 0 ? dedupKey : `${dedupKey}\n${salt}`);
  return `run-${hash.digest('hex').slice(0, 12)}`;
}
