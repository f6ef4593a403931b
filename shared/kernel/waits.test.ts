import { expect, it } from 'vitest';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { sleepUnlessAborted, waitAtMost } from './waits.ts';

const never = new Promise<string>(() => {});

it('says whether it slept or was ended', async () => {
  const clock = createManualClock();
  const ended = new AbortController();
  const slept = sleepUnlessAborted(10, clock, ended.signal);
  await clock.advance(10);
  expect(await slept).toBe(true);

  const cut = sleepUnlessAborted(10, clock, ended.signal);
  ended.abort();
  expect([await cut, await sleepUnlessAborted(10, clock, ended.signal)]).toEqual([false, false]);
});

it('does not take a clock that fails for one that was ended', async () => {
  const broken = { sleep: () => Promise.reject(new Error('no timers')) };
  await expect(sleepUnlessAborted(10, broken, new AbortController().signal)).rejects.toThrow('no timers');
});

it('waits for work until the time is over, and leaves no sleeper behind', async () => {
  const clock = createManualClock();
  expect(await waitAtMost(10, Promise.resolve('done'), clock)).toBe('done');
  await expect(waitAtMost(10, Promise.reject(new Error('failed')), clock)).rejects.toThrow('failed');
  expect(clock.sleepers()).toBe(0);

  const late = waitAtMost(10, never, clock);
  await clock.advance(10);
  expect(await late).toBeUndefined();
});

it('ends the sleep that is left without an error of its own', async () => {
  let reason: unknown;
  const sleep = (_: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      signal?.addEventListener('abort', () => {
        reason = signal.reason;
        resolve();
      });
    });
  await waitAtMost(10, Promise.resolve('done'), { sleep });
  expect(reason).toBe('ended');
});
