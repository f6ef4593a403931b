import type { Clock } from '../../shared/kernel/clock.ts';

export interface SteppedClock extends Clock {
  /** Milliseconds since the Unix epoch; a test sets it. */
  time: number;
  /** What was slept so far, in milliseconds. */
  readonly slept: number[];
}

/** A clock that a test sets, and on which sleeping takes no real time and moves it on. */
export function createSteppedClock(startAt = Date.UTC(2025, 0, 6, 9)): SteppedClock {
  const clock: SteppedClock = {
    time: startAt,
    slept: [],
    now: () => clock.time,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      clock.slept.push(ms);
      clock.time += ms;
    },
  };
  return clock;
}
