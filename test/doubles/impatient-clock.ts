import type { Clock } from '../../shared/kernel/clock.ts';

/**
 * Only the named waits end, and at once; every other one lasts until its signal aborts, so that no process is timed
 * out.
 */
export function createImpatientClock(...waitsMs: number[]): Clock & { slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    now: () => Date.now(),
    async sleep(ms, signal) {
      if (waitsMs.includes(ms)) slept.push(ms);
      else await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    },
  };
}
