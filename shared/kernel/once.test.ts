import { describe, expect, it } from 'vitest';

import { once, singleFlight } from './once.ts';

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
