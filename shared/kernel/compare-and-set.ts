import type { Clock } from './clock.ts';
import { TaskError } from './errors.ts';
import { planWaitMs, RETRY } from './retry.ts';

/** What an attempt resolves to when another writer was faster. */
export const LOST: unique symbol = Symbol('lost');

export interface CompareAndSetDeps {
  clock: Pick<Clock, 'sleep'>;
  /** What is written, for the error: `a scope row`. */
  what: string;
  /** A number from 0 to below 1; `Math.random` unless given. */
  random?: () => number;
}

/**
 * Repeats `attempt`, which reads, decides and writes if nothing was written since it read, until it has not lost. After
 * a first loss at once, because one other writer is gone by then; after that with growing and jittered pauses, so that
 * many writers do not collide again and again.
 * @throws {TaskError} `storage-unavailable` when every try was lost; what `attempt` throws.
 */
export async function compareAndSet<T>(
  attempt: () => Promise<T | typeof LOST>,
  { clock, what, random = Math.random }: CompareAndSetDeps,
  signal?: AbortSignal,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const result = await attempt();
    if (result !== LOST) return result;
    const waitMs = planWaitMs(RETRY.rowUpdate, tries);
    if (waitMs === undefined) {
      throw new TaskError('storage-unavailable', { detail: `${what} changed faster than it could be written` });
    }
    if (tries > 1) await clock.sleep(Math.ceil(waitMs * (0.5 + random() / 2)), signal);
  }
}
