import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from './clock.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('a sleep lasts as long as it should, and leaves nothing behind', async () => {
  const { signal } = new AbortController();
  const woken = vi.fn();
  const slept = systemClock.sleep(1000, signal).then(woken);
  await vi.advanceTimersByTimeAsync(999);
  expect(woken).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await slept;
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('a sleep ends at once with the reason itself when its signal aborts, and leaves no timer behind', async () => {
  const stop = new AbortController();
  const slept = systemClock.sleep(1000, stop.signal);
  stop.abort('enough');
  await expect(slept).rejects.toBe('enough');
  expect(vi.getTimerCount()).toBe(0);
});

it('a sleep does not begin where its signal has aborted', async () => {
  const error = new Error('gone');
  await expect(systemClock.sleep(1000, AbortSignal.abort(error))).rejects.toBe(error);
  expect(vi.getTimerCount()).toBe(0);
});
