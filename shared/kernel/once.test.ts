import { describe, expect, it } from 'vitest';

import { once, singleFlight, untilAborted } from './once.ts';

/** Work that answers its number, and fails while `failing`. */
function countedWork() {
  const state = { calls: 0, failing: false };
  const work = async () => {
    state.calls += 1;
    const { calls } = state;
    await Promise.resolve();
    if (state.failing) throw new Error('away');
    return calls;
  };
  return { state, work };
}

describe('once', () => {
  it('shares one call and its result', async () => {
    const { state, work } = countedWork();
    const ask = once(work);
    expect(await Promise.all([ask(), ask()])).toEqual([1, 1]);
    expect(await ask()).toBe(1);
    expect(state.calls).toBe(1);
  });

  it('does not remember a failure', async () => {
    const { state, work } = countedWork();
    const ask = once(work);
    state.failing = true;
    await expect(Promise.all([ask(), ask()])).rejects.toThrow('away');
    state.failing = false;
    expect(await ask()).toBe(2);
  });
});

describe('untilAborted', () => {
  it('gives the result of the work, or what it throws', async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve(1), signal)).toBe(1);
    await expect(untilAborted(Promise.reject(new Error('away')), signal)).rejects.toThrow('away');
    expect(await untilAborted(Promise.resolve(2), undefined)).toBe(2);
  });

  it('ends the wait of the caller that gives up, and of no other', async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const stop = new AbortController();
    const given = untilAborted(promise, stop.signal);
    const kept = untilAborted(promise, new AbortController().signal);

    stop.abort(new Error('shutdown'));
    await expect(given).rejects.toThrow('shutdown');
    await expect(untilAborted(promise, stop.signal)).rejects.toThrow('shutdown');

    resolve(3);
    expect(await kept).toBe(3);
  });
});

describe('singleFlight', () => {
  it('shares the call under way and begins a new one after it', async () => {
    const { work } = countedWork();
    const ask = singleFlight(work);
    expect(await Promise.all([ask(), ask()])).toEqual([1, 1]);
    expect(await ask()).toBe(2);
  });

  it('begins a new call after a failed one', async () => {
    const { state, work } = countedWork();
    const ask = singleFlight(work);
    state.failing = true;
    await expect(ask()).rejects.toThrow('away');
    state.failing = false;
    expect(await ask()).toBe(2);
  });

  it('keeps keys apart', async () => {
    const asked: string[] = [];
    const ask = singleFlight(async (key: string) => {
      asked.push(key);
      return key;
    });
    expect(await Promise.all([ask('a'), ask('b'), ask('a')])).toEqual(['a', 'b', 'a']);
    expect(asked).toEqual(['a', 'b']);
  });
});
