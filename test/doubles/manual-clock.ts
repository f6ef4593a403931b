import { setImmediate as turn } from 'node:timers/promises';

import type { Clock } from '../../shared/kernel/clock.ts';

export interface ManualClock extends Clock {
  /** Moves time on; sleepers wake in the order of their times, each with time to act before the next. */
  advance(ms: number): Promise<void>;
  /** How many sleep at the moment. */
  sleepers(): number;
}

interface Sleeper {
  at: number;
  wake(): void;
}

/** Turns of the event loop that everything in memory needs to come to rest. */
const TURNS = 25;

/** Time that moves only by `advance`. */
export function createManualClock(startAt = Date.UTC(2026, 0, 5, 9)): ManualClock {
  let now = startAt;
  const sleeping = new Set<Sleeper>();

  return {
    now: () => now,
    sleepers: () => sleeping.size,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper: Sleeper = {
          at: now + ms,
          wake() {
            sleeping.delete(sleeper);
            resolve();
          },
        };
        sleeping.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleeping.delete(sleeper);
          reject(signal.reason);
        });
      });
    },
    async advance(ms) {
      const target = now + ms;
      await settleDown();
      for (;;) {
        const [next] = [...sleeping].filter(({ at }) => at <= target).sort((a, b) => a.at - b.at);
        if (!next) break;
        now = Math.max(now, next.at);
        next.wake();
        await settleDown();
      }
      now = target;
      await settleDown();
    },
  };
}

async function settleDown(): Promise<void> {
  for (let turns = 0; turns < TURNS; turns += 1) await turn();
}
