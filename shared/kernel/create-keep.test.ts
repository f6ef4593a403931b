import { expect, it } from 'vitest';
import { createSteppedClock } from '../../test/doubles/stepped-clock.ts';
import { createKeep } from './create-keep.ts';

function createFixture() {
  const clock = createSteppedClock(0);
  const keep = createKeep({ ms: 1000, max: 2, clock });
  let calls = 0;
  const ask = (key = 'a', fails = false) =>
    keep(key, async () => {
      calls += 1;
      if (fails) throw new Error('away');
      return `${key}${calls}`;
    });
  return { ask, clock };
}

it('shares the call under way, and keeps its result for the time', async () => {
  const { ask, clock } = createFixture();
  expect(await Promise.all([ask(), ask()])).toEqual(['a1', 'a1']);
  clock.time += 999;
  expect(await ask()).toBe('a1');
  clock.time += 1;
  expect(await ask()).toBe('a2');
});

it('does not keep a failure', async () => {
  const { ask } = createFixture();
  await expect(ask('a', true)).rejects.toThrow('away');
  expect(await ask()).toBe('a2');
});

it('forgets the key not asked for longest when there are too many', async () => {
  const { ask } = createFixture();
  await ask('a');
  await ask('b');
  await ask('a');
  await ask('c');
  expect(await ask('a')).toBe('a1');
  expect(await ask('b')).toBe('b4');
});
