import { describe, expect, it } from 'vitest';
import { countRows } from '../../../../test/doubles/count-rows.ts';
import { createManualClock } from '../../../../test/doubles/manual-clock.ts';
import { createMemoryRows } from '../../../../test/doubles/memory-rows.ts';
import { DAY, HOUR } from '../../../kernel/clock.ts';
import { createAgeIndex } from './age-index.ts';

const P = 'p';

function createFixture() {
  const clock = createManualClock();
  const rows = createMemoryRows();
  const groupOf = ({ key }: { key: string }) => (key.startsWith('kept') ? undefined : 'g');
  const ages = createAgeIndex({ rows, clock }, { partition: P, groupOf });
  const write = async (key: string, at = clock.now()) =>
    void (await rows.write(P, [{ kind: 'put', key, fields: { at } }, ages.put('g', key, at)]));
  /** As the version before did. */
  const writeAlone = async (...keys: string[]) => {
    for (const key of keys) await rows.write(P, [{ kind: 'put', key, fields: { at: clock.now() } }]);
  };
  const keys = async (before = '~') => {
    const found: string[] = [];
    for await (const { key } of rows.list(P, { before })) found.push(key);
    return found;
  };
  return { clock, rows, ages, write, writeAlone, keys };
}

describe('a purge by age', () => {
  it('reads what it deletes, however much there is that stays', async () => {
    const { clock, rows, ages, write, keys } = createFixture();
    for (let n = 0; n < 5; n += 1) await write(`old-${n}`);
    const oldAt = clock.now();
    await clock.advance(7 * HOUR);
    for (let n = 0; n < 500; n += 1) await write(`new-${n}`);
    const asked = countRows(rows);
    expect(await ages.purge('g', oldAt + 1, 3)).toEqual({ purged: 3, more: true });
    // The fourth index row says that there is more.
    expect(asked.counts()).toEqual({ find: 3, list: 1, listed: 4, write: 6 });
    asked.reset();
    expect(await ages.purge('g', oldAt + 1, 3)).toEqual({ purged: 2, more: false });
    expect(asked.counts()).toEqual({ find: 2, list: 1, listed: 2, write: 4 });
    asked.reset();
    expect(await ages.purge('g', oldAt + 1, 3)).toEqual({ purged: 0, more: false });
    expect(asked.counts()).toEqual({ find: 0, list: 1, listed: 0, write: 0 });
    expect(await keys()).toHaveLength(500);
  });

  it('keeps a row that was written again, and forgets where it stood', async () => {
    const { clock, ages, write, keys } = createFixture();
    await write('a');
    await clock.advance(DAY);
    await write('a');
    expect(await ages.purge('g', clock.now(), 9)).toEqual({ purged: 0, more: false });
    expect(await keys('~z')).toHaveLength(2);
    expect(await ages.purge('g', clock.now() + 1, 9)).toEqual({ purged: 1, more: false });
    expect(await keys('~z')).toEqual([]);
  });

  it('leaves both rows to the next one where another process wrote meanwhile', async () => {
    const { clock, rows, ages, write, keys } = createFixture();
    await write('a');
    const { write: original } = rows;
    rows.write = async () => undefined;
    expect(await ages.purge('g', clock.now() + 1, 9)).toEqual({ purged: 0, more: false });
    rows.write = original;
    expect(await keys('~z')).toHaveLength(2);
  });
});

describe('rows that have no index row', () => {
  it('are given one in steps, each row read once', async () => {
    const { clock, rows, ages, writeAlone, keys } = createFixture();
    await writeAlone('kept-1', ...Array.from({ length: 1100 }, (_, n) => `row-${String(n).padStart(4, '0')}`));
    const asked = countRows(rows);
    expect(await ages.indexRest()).toBe(true);
    expect(asked.counts()).toEqual({ find: 1, list: 1, listed: 1001, write: 11 });
    asked.reset();
    expect(await ages.indexRest()).toBe(false);
    expect(asked.counts()).toEqual({ find: 1, list: 1, listed: 101, write: 3 });
    asked.reset();
    expect(await ages.indexRest()).toBe(false);
    expect(asked.counts()).toEqual({ find: 1, list: 0, listed: 0, write: 0 });
    expect(await ages.purge('g', clock.now() + 1, 2000)).toEqual({ purged: 1100, more: false });
    expect(await keys()).toEqual(['kept-1']);
  });

  it('are looked for again after thirty days: a version that was put back for a while writes none', async () => {
    const { clock, ages, writeAlone } = createFixture();
    await ages.indexRest();
    await writeAlone('a');
    await clock.advance(30 * DAY - 1);
    await ages.indexRest();
    expect(await ages.purge('g', clock.now(), 9)).toMatchObject({ purged: 0 });
    await clock.advance(1);
    await ages.indexRest();
    expect(await ages.purge('g', clock.now(), 9)).toMatchObject({ purged: 1 });
  });
});
