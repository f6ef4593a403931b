import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';

import { SECOND } from '../../shared/kernel/clock.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { abortAfterGrace, waitForAbort } from './abort-signals.ts';

it('aborts the work when the grace period after the request to stop is over, and not before', async () => {
  const clock = createManualClock();
  const stop = new AbortController();
  const { aborted } = abortAfterGrace(stop.signal, 10 * SECOND, clock);
  await clock.advance(20 * SECOND);
  stop.abort();
  await clock.advance(10 * SECOND - 1);
  expect(aborted.aborted).toBe(false);
  await clock.advance(1);
  expect(aborted).toMatchObject({ aborted: true, reason: { code: 'interrupted' } });
});

it('gives work its grace period also where the request came before it', async () => {
  const clock = createManualClock();
  const { aborted } = abortAfterGrace(AbortSignal.abort(), SECOND, clock);
  await clock.advance(SECOND - 1);
  expect(aborted.aborted).toBe(false);
  await clock.advance(1);
  expect(aborted.aborted).toBe(true);
});

it.each([
  { name: 'before the request to stop', stopsFirst: true },
  { name: 'within the grace period', stopsFirst: false },
])('leaves work alone that ended $name, and waits for nothing', async ({ stopsFirst }) => {
  const clock = createManualClock();
  const request = new AbortController();
  const grace = abortAfterGrace(request.signal, SECOND, clock);
  const calls = [() => grace.stop(), () => request.abort()];
  for (const call of stopsFirst ? calls : calls.toReversed()) {
    call();
    await clock.advance(1);
  }
  expect(clock.sleepers()).toBe(0);
  await clock.advance(2 * SECOND);
  expect(grace.aborted.aborted).toBe(false);
});

it('aborts at once where no time can be waited for', async () => {
  const broken = new Error('no clock');
  const clock = createManualClock();
  const { aborted } = abortAfterGrace(AbortSignal.abort(), SECOND, {
    ...clock,
    sleep: () => Promise.reject(broken),
  });
  await clock.advance(0);
  expect(aborted).toMatchObject({ aborted: true, reason: broken });
});

it('waits for one abort or the other, with the reason of the second, and listens to none afterwards', async () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const waits = waitForAbort(first.signal, second.signal);
  second.abort('ended');
  await expect(waits).rejects.toBe('ended');
  expect(getEventListeners(first.signal, 'abort')).toEqual([]);
  await expect(waitForAbort(AbortSignal.abort(), new AbortController().signal)).resolves.toBeUndefined();
});
