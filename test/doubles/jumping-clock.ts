import type { Clock } from '../../shared/kernel/clock.ts';

export interface JumpingClock extends Clock {
  /** Moves time on at once: each sleeper that is due by then wakes now, in the order of their times. */
  jump(ms: number): void;
}

/** The real time plus jumps: for limits of real processes that no test should wait for. */
export function createJumpingClock(): JumpingClock {
  let ahead = 0;
  const sleepers = new Set<{ at: number; wake(): void }>();
  const now = () => Date.now() + ahead;

  return {
    now,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const end = () => {
          clearTimeout(timer);
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', abort);
        };
        const abort = () => {
          end();
          reject(signal?.reason);
        };
        const sleeper = {
          at: now() + ms,
          wake() {
            end();
            resolve();
          },
        };
        const timer = setTimeout(sleeper.wake, ms);
        sleepers.add(sleeper);
        signal?.addEventListener('abort', abort, { once: true });
      });
    },
    jump(ms) {
      ahead += ms;
      for (const sleeper of [...sleepers].filter(({ at }) => at <= now()).sort((a, b) => a.at - b.at)) sleeper.wake();
    },
  };
}
