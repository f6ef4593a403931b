import { describe, expect, it } from 'vitest';
import { countRows } from '../../../../test/doubles/count-rows.ts';
import { createManualClock } from '../../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../../test/doubles/memory-storage.ts';
import type { Rows } from './rows.ts';

const WANTED = { scope: 'issue~PROJ-1', runId: 'run-1', holder: 'a', leaseMs: 1000 };

function createFixture() {
  const clock = createManualClock();
  const { scopes, parts } = createMemoryStorage({ clock });
  const take = async () => {
    const taken = await scopes.take(WANTED);
    if (taken.kind !== 'taken') throw new Error('the scope is busy');
    return taken.lock;
  };
  return { clock, scopes, rows: parts.rows.state, take };
}

/** Counts the writes from now on; the first so many are refused, as when another process was faster. */
function countWrites(rows: Rows, { refused = 0 } = {}): { count: number } {
  const writes = { count: 0 };
  const { write } = rows;
  rows.write = async (...args) => {
    writes.count += 1;
    return writes.count <= refused ? undefined : write(...args);
  };
  return writes;
}

describe('a scope lock', () => {
  it('is taken, renewed and released with one request each', async () => {
    const { scopes, rows, take } = createFixture();
    const counted = countRows(rows);
    const lock = await take();
    const renewed = await scopes.renew(lock, 1000);
    expect(renewed && (await scopes.release(renewed))).toEqual([]);
    expect(counted.total()).toBe(3);
  });

  it('is stored as it was granted, without what it does not have', async () => {
    const { clock, scopes, rows, take } = createFixture();
    const lock = await take();
    const expected = {
      scope: WANTED.scope,
      runId: 'run-1',
      holder: 'a',
      epoch: 1,
      expiresAt: clock.now() + 1000,
      renewedAt: clock.now(),
    };
    expect(lock).toEqual({ ...expected, waiting: [], version: expect.any(String) });
    const renewed = await scopes.renew(lock, 2000);
    expect(Object.keys(renewed ?? {}).sort()).toEqual([...Object.keys(expected), 'version', 'waiting'].sort());
    expect((await rows.find('scopes', WANTED.scope))?.fields).toStrictEqual({
      ...expected,
      expiresAt: clock.now() + 2000,
      waiting: '',
    });
  });

  it('is renewed and released with everyone who waits, also by a holder who does not know of them', async () => {
    const { scopes, take } = createFixture();
    const lock = await take();
    for (const runId of ['run-2', 'run-3']) await scopes.waitFor(WANTED.scope, runId);
    expect(await scopes.renew(lock, 5000)).toMatchObject({ waiting: ['run-2', 'run-3'] });
    const found = await scopes.find(WANTED.scope);
    expect(found && (await scopes.renew(found, 6000))).toMatchObject({ waiting: ['run-2', 'run-3'] });
    expect(await scopes.release(lock)).toEqual(['run-2', 'run-3']);
  });

  it('keeps who waits when it is seized', async () => {
    const { scopes, take } = createFixture();
    await take();
    for (const runId of ['run-2', 'run-3']) await scopes.waitFor(WANTED.scope, runId);
    const found = await scopes.find(WANTED.scope);
    await (found && scopes.seize(found, 'person/1'));
    expect(await scopes.find(WANTED.scope)).toMatchObject({ holder: 'person/1', waiting: ['run-2', 'run-3'] });
  });

  it('that is gone cannot be renewed and names none on release', async () => {
    const { scopes, take } = createFixture();
    const lock = await take();
    await scopes.waitFor(WANTED.scope, 'run-2');
    await scopes.release(lock);
    expect(await scopes.renew(lock, 1000)).toBeUndefined();
    expect(await scopes.release({ ...lock, waiting: ['run-2'] })).toEqual([]);
  });

  it('is taken when its row vanishes while it is asked for', async () => {
    const { scopes, rows } = createFixture();
    countWrites(rows, { refused: 1 });
    expect(await scopes.take(WANTED)).toMatchObject({ kind: 'taken', lock: { epoch: 1 } });
  });

  it('is waited for by a hundred runs; more wait for their time only', async () => {
    const { scopes, rows, take } = createFixture();
    const lock = await take();
    for (let n = 0; n < 100; n += 1) expect(await scopes.waitFor(WANTED.scope, `run-${n}`)).toBe(true);
    const writes = countWrites(rows);
    expect(await scopes.waitFor(WANTED.scope, 'run-late')).toBe(true);
    expect(await scopes.waitFor(WANTED.scope, 'run-7')).toBe(true);
    expect(writes.count).toBe(0);
    const named = await scopes.release(lock);
    expect([named.length, named.at(-1)]).toEqual([100, 'run-99']);
  });

  it('says that it changes too fast', async () => {
    const { scopes, rows } = createFixture();
    rows.write = async () => undefined;
    await expect(scopes.take(WANTED)).rejects.toMatchObject({
      code: 'storage-unavailable',
      detail: 'a scope row changed faster than it could be written',
    });
  });

  it('that cannot be read is named by its row', async () => {
    const { scopes, rows } = createFixture();
    await rows.write('scopes', [{ kind: 'put', key: WANTED.scope, fields: { scope: 7 } }]);
    await expect(scopes.find(WANTED.scope)).rejects.toMatchObject({
      code: 'unexpected',
      detail: 'the scope row issue~PROJ-1 cannot be read',
      cause: expect.anything(),
    });
  });
});
