import type { Clock } from '../../shared/kernel/clock.ts';

/** A clock that stands still until it is set, so that every commit and answer has the same moment on every machine. */
export interface ReleaseClock extends Clock {
  /** ISO time. */
  set(time: string): void;
  advance(minutes: number): void;
}

export function createReleaseClock(start: string): ReleaseClock {
  let now = Date.parse(start);
  return {
    now: () => now,
    sleep: async () => {},
    set(time) {
      now = Date.parse(time);
    },
    advance(minutes) {
      now += minutes * 60_000;
    },
  };
}
