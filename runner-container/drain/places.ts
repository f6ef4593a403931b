import type { Clock } from '../../shared/kernel/clock.ts';
import { sleepUnlessAborted } from '../../shared/kernel/waits.ts';

/** The places of a runner, each of which has one run at a time. */
export interface Places {
  readonly count: number;
  atWork(): number;
  /** A place without a run; `undefined` where all have one. */
  findFree(): number | undefined;
  /** Gives a place to a run until its work ends. A rejection of `work` is told to `onError`, and to no one else. */
  take(place: number, work: Promise<void>): void;
  /** Resolves when a run has ended, after so long, or when the signal aborts. */
  waitForFree(ms: number, clock: Pick<Clock, 'sleep'>, signal: AbortSignal): Promise<void>;
  /** Resolves when no run is at work. */
  ended(): Promise<void>;
}

/** Places from 0 to `count` - 1, all free. */
export function createPlaces(count: number, onError: (error: unknown) => void): Places {
  const taken = new Map<number, Promise<void>>();
  return {
    count,
    atWork: () => taken.size,
    findFree: () => Array.from({ length: count }, (_, place) => place).find((place) => !taken.has(place)),

    take(place, work) {
      const free = () => void taken.delete(place);
      taken.set(
        place,
        work.then(free, (error: unknown) => {
          free();
          onError(error);
        }),
      );
    },

    async waitForFree(ms, clock, signal) {
      const over = new AbortController();
      const slept = sleepUnlessAborted(ms, clock, AbortSignal.any([signal, over.signal]));
      await Promise.race([...taken.values(), slept]);
      over.abort();
    },

    async ended() {
      while (taken.size > 0) await Promise.all(taken.values());
    },
  };
}
