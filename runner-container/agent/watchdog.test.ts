import { expect, it } from 'vitest';

import type { Clock } from '../../shared/kernel/clock.ts';
import { createWatchdog } from './watchdog.ts';

const never = new AbortController().signal;

/** A clock on which sleeping takes no time and runs what was planned for that time. */
function aClock(plan: Record<number, () => void> = {}): Clock {
  let nowMs = 0;
  return {
    now: () => nowMs,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      for (const endMs = nowMs + ms; nowMs < endMs; ) {
        nowMs += 1;
        plan[nowMs]?.();
      }
    },
  };
}

it('fires when nothing happened for the limit', async () => {
  const clock = aClock();

  await createWatchdog(clock, 100).expired(never);

  expect(clock.now()).toBe(100);
});

it('counts from the last touch', async () => {
  const clock = aClock({ 60: () => watchdog.touch(), 120: () => watchdog.touch() });
  const watchdog = createWatchdog(clock, 100);

  await watchdog.expired(never);

  expect(clock.now()).toBe(220);
});

it('waits while it is held, and counts from the release', async () => {
  let release = () => {};
  const clock = aClock({
    50: () => {
      release = watchdog.hold();
    },
    400: () => release(),
    450: () => release(),
  });
  const watchdog = createWatchdog(clock, 100);

  await watchdog.expired(never);

  expect(clock.now()).toBe(500);
});

it('ends when it is stopped', async () => {
  await expect(createWatchdog(aClock(), 100).expired(AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
});
