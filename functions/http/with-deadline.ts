import type { Clock } from '../../shared/kernel/clock.ts';
import { waitAtMost } from '../../shared/kernel/waits.ts';

export interface Deadline {
  ms: number;
  /** What is thrown when it has passed. */
  late: () => Error;
  clock: Pick<Clock, 'sleep'>;
}

/**
 * The result of `work`, which is given up when it takes longer than `ms`: its signal aborts, and a result that comes
 * later is dropped. @throws {Error} `late()` once the deadline has passed, and what `work` throws before that.
 */
export async function withDeadline<T>(
  { ms, late, clock }: Deadline,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const result = work(stop.signal).then((value) => ({ value }));
  const ended = await waitAtMost(ms, result, clock);
  if (ended) return ended.value;
  const error = late();
  stop.abort(error);
  throw error;
}

/** Runs work within what is left of one time, however many pieces of work there are. @throws as `withDeadline` */
export type WithinDeadline = <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/** One deadline for several pieces of work; its time begins now. */
export function startDeadline({ ms, late, clock }: Deadline & { clock: Pick<Clock, 'now' | 'sleep'> }): WithinDeadline {
  const endsAt = clock.now() + ms;
  return (work) => withDeadline({ ms: endsAt - clock.now(), late, clock }, work);
}
