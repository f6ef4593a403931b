import { expect, it } from 'vitest';
import { createManualClock } from '../../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../../test/doubles/memory-storage.ts';

const holder = (n: number) => ({ runId: `run-${n}`, scope: `issue~PROJ-${n}`, holder: `runner/${n}` });

/** Permits, and runs that have their scope for so long. */
function createFixture() {
  const clock = createManualClock();
  const { permits, scopes, parts } = createMemoryStorage({ clock });
  const begin = async (n: number, leaseMs = 60_000) => {
    await scopes.take({ ...holder(n), leaseMs });
    return holder(n);
  };
  return { clock, permits, scopes, rows: parts.rows.state, begin };
}

it('a run that got a permit waits no more, also when it waited before', async () => {
  const { permits, begin } = createFixture();
  const [a, b, c] = [await begin(1), await begin(2), await begin(3)];
  await permits.take('pool', a, 1);
  for (const each of [b, c]) expect(await permits.take('pool', each, 1)).toBe('full');
  expect(await permits.take('pool', b, 2)).toBe('taken');
  expect(await permits.release('pool', a, 2)).toEqual(['run-3']);
});

it('a run that waits is named once, and as many as there are free permits', async () => {
  const { permits, begin } = createFixture();
  for (const n of [1, 2]) await permits.take('pool', await begin(n), 2);
  for (const n of [3, 4, 5]) await permits.take('pool', await begin(n), 2);
  expect(await permits.release('pool', holder(1), 2)).toEqual(['run-3']);
  expect(await permits.release('pool', holder(2), 2)).toEqual(['run-4', 'run-5']);
  expect(await permits.release('pool', holder(2), 2)).toEqual([]);
});

it('no run is named when fewer are allowed than have a permit', async () => {
  const { permits, begin } = createFixture();
  for (const n of [1, 2, 3]) await permits.take('pool', await begin(n), 3);
  await permits.take('pool', await begin(4), 3);
  expect(await permits.release('pool', holder(1), 1)).toEqual([]);
  expect(await permits.release('pool', holder(2), 1)).toEqual([]);
  expect(await permits.release('pool', holder(3), 1)).toEqual(['run-4']);
});

it('locks are looked at only where a pool is full', async () => {
  const { permits, scopes, rows, begin } = createFixture();
  const [a, b] = [await begin(1), await begin(2)];
  expect(await scopes.list()).toHaveLength(2);
  const { list } = rows;
  let lists = 0;
  rows.list = (...args) => {
    lists += 1;
    return list(...args);
  };
  await permits.take('pool', a, 1);
  expect(lists).toBe(0);
  await permits.take('pool', b, 1);
  expect(lists).toBe(1);
});

it('a pool that no run waits for is left as it is', async () => {
  const { clock, permits, rows, begin } = createFixture();
  await permits.take('pool', await begin(1, 1000), 1);
  const before = await rows.find('slots', 'pool');
  await clock.advance(1000);
  expect(await permits.releaseDead()).toEqual([]);
  expect(await rows.find('slots', 'pool')).toEqual(before);
});

it('two hundred runs wait to be named; more start when their time comes', async () => {
  const { permits, begin } = createFixture();
  await permits.take('pool', await begin(0), 1);
  for (let n = 1; n <= 201; n += 1) expect(await permits.take('pool', holder(n), 1)).toBe('full');
  const named = await permits.release('pool', holder(0), 500);
  expect([named.length, named[0], named.at(-1)]).toEqual([200, 'run-1', 'run-200']);
});

it('permits of the dead name as many as died, of a dead pool one more, and none where all are alive', async () => {
  const { clock, permits, rows, begin } = createFixture();
  for (const n of [1, 2]) await permits.take('half', await begin(n, n * 1000), 2);
  for (const n of [3, 4]) await permits.take('half', await begin(n), 2);
  await permits.take('alone', await begin(5), 1);
  const before = await rows.find('slots', 'half');
  expect(await permits.releaseDead()).toEqual([]);
  expect(await rows.find('slots', 'half')).toEqual(before);
  await clock.advance(1000);
  expect(await permits.releaseDead()).toEqual(['run-3']);
  expect(await permits.releaseDead()).toEqual([]);
  await clock.advance(1000);
  expect(await permits.releaseDead()).toEqual(['run-4']);
  expect(await permits.releaseDead()).toEqual([]);
});

it('a pool that changes too fast is an error', async () => {
  const { permits, rows } = createFixture();
  rows.write = async () => undefined;
  await expect(permits.take('pool', holder(1), 1)).rejects.toMatchObject({
    code: 'storage-unavailable',
    detail: 'a pool of permits changed faster than it could be written',
  });
});
