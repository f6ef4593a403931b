import type { Clock } from './clock.ts';

/** Sleeps for `ms`. False when the signal has aborted by then, which ends the sleep. */
export async function sleepUnlessAborted(
  ms: number,
  clock: Pick<Clock, 'sleep'>,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return !signal.aborted;
}

/** Given as the reason, or each end of a wait would make an error with a stack that nothing reads. */
const ENDED = 'ended';

/** What `work` resolves to; `undefined` when it takes longer than `ms`, and goes on. @throws what it throws before */
export async function waitAtMost<T>(ms: number, work: Promise<T>, clock: Pick<Clock, 'sleep'>): Promise<T | undefined> {
  const ended = new AbortController();
  const over = () => undefined;
  const late = clock.sleep(Math.max(0, ms), ended.signal).then(over, over);
  try {
    return await Promise.race([work, late]);
  } finally {
    ended.abort(ENDED);
  }
}
