import { shortHash } from '../../kernel/sha256.ts';
/**
 * What makes two tasks the same: the task id, and for a task that is asked for again under the same id what comes
 * before it: the run that ended, or the message of a requeued one.
 */
export function buildDedupKey(taskId: string, again?: string): string {
  return again === undefined ? taskId : `${taskId}~g${again}`;
}

/**
 * The run id of a dedup key: always the same one, short enough for a branch note or a spoken sentence. Two keys may
 * share 48 bits; the creator of a run compares the stored key and goes on with the next `salt`.
 */
export function buildRunId(dedupKey: string, salt = 0): string {
  return `run-${shortHash(salt === 0 ? dedupKey : `${dedupKey}\n${salt}`)}`;
}
