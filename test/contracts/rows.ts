import { describe, expect, it } from 'vitest';

import type { Change, Rows } from '../../shared/adapters/storage/tables/rows.ts';

/** What every implementation of `Rows` keeps. */
export function describeRows(createRows: () => Promise<Rows>): void {
  describe('rows', () => {
    it('keep text, numbers and booleans as they were', async () => {
      const rows = await createRows();
      const fields = {
        text: 'ä "quoted" \\ \u0007 💡 </x>',
        empty: '',
        long: 'x'.repeat(32_768),
        at: 1_767_600_000_123,
        half: 0.5,
        minus: -1,
        yes: true,
        no: false,
      };
      await rows.write('p', [{ kind: 'insert', key: 'k', fields }]);
      expect((await rows.find('p', 'k'))?.fields).toEqual(fields);
    });

    it.each<{ name: string; change: (versions: { current: string; stale: string }) => Change; done: boolean }>([
      { name: 'insert refuses an existing key', change: () => ({ kind: 'insert', key: 'k', fields: {} }), done: false },
      { name: 'insert takes a new key', change: () => ({ kind: 'insert', key: 'other', fields: {} }), done: true },
      {
        name: 'replace takes the current version',
        change: ({ current }) => ({ kind: 'replace', key: 'k', fields: {}, version: current }),
        done: true,
      },
      {
        name: 'replace refuses a stale version',
        change: ({ stale }) => ({ kind: 'replace', key: 'k', fields: {}, version: stale }),
        done: false,
      },
      {
        name: 'replace refuses a missing key',
        change: ({ current }) => ({ kind: 'replace', key: 'none', fields: {}, version: current }),
        done: false,
      },
      { name: 'put writes over', change: () => ({ kind: 'put', key: 'k', fields: {} }), done: true },
      { name: 'put writes what is new', change: () => ({ kind: 'put', key: 'other', fields: {} }), done: true },
      { name: 'remove takes the row', change: () => ({ kind: 'remove', key: 'k' }), done: true },
      {
        name: 'remove takes the current version',
        change: ({ current }) => ({ kind: 'remove', key: 'k', version: current }),
        done: true,
      },
      {
        name: 'remove refuses a stale version',
        change: ({ stale }) => ({ kind: 'remove', key: 'k', version: stale }),
        done: false,
      },
      { name: 'remove refuses a missing key', change: () => ({ kind: 'remove', key: 'none' }), done: false },
    ])('$name', async ({ change, done }) => {
      for (const inTransaction of [false, true]) {
        const rows = await createRows();
        const stale = (await rows.write('p', [{ kind: 'insert', key: 'k', fields: { n: 1 } }]))?.[0] ?? '';
        const current =
          (await rows.write('p', [{ kind: 'replace', key: 'k', fields: { n: 2 }, version: stale }]))?.[0] ?? '';
        const wanted = change({ current, stale });
        if (inTransaction && wanted.kind === 'remove' && wanted.version !== undefined) continue;
        const beside: Change[] = inTransaction ? [{ kind: 'put', key: 'beside', fields: { n: 1 } }] : [];

        const versions = await rows.write('p', [...beside, wanted]);

        expect(versions !== undefined).toBe(done);
        expect((await rows.find('p', 'beside')) !== undefined).toBe(inTransaction && done);
        if (!done) expect((await rows.find('p', 'k'))?.fields).toEqual({ n: 2 });
      }
    });

    it('give the versions of a transaction in the order of its changes', async () => {
      const rows = await createRows();
      const versions = await rows.write('p', [
        { kind: 'insert', key: 'b', fields: { n: 1 } },
        { kind: 'insert', key: 'a', fields: { n: 2 } },
      ]);
      expect(versions).toEqual([(await rows.find('p', 'b'))?.version, (await rows.find('p', 'a'))?.version]);
    });

    it('list a partition in key order, a range of it, and nothing of another', async () => {
      const rows = await createRows();
      for (const key of ['c:1', 'a:2', 'b', 'a:1', 'a'])
        await rows.write('p', [{ kind: 'insert', key, fields: { key } }]);
      await rows.write('q', [{ kind: 'insert', key: 'a:3', fields: {} }]);
      expect(await keysOf(rows, {})).toEqual(['a', 'a:1', 'a:2', 'b', 'c:1']);
      expect(await keysOf(rows, { from: 'a:', before: 'a;' })).toEqual(['a:1', 'a:2']);
    });

    it('list more than one page', async () => {
      const rows = await createRows();
      for (let batch = 0; batch < 11; batch += 1) {
        const changes = Array.from(
          { length: 100 },
          (_, n): Change => ({ kind: 'insert', key: `${batch + 10}-${n + 100}`, fields: {} }),
        );
        await rows.write('p', changes);
      }
      const keys = await keysOf(rows, {});
      expect(keys).toHaveLength(1100);
      expect(keys).toEqual([...keys].sort());
    });

    it.each<{ name: string; changes: Change[] }>([
      { name: 'nothing', changes: [] },
      { name: 'a key with a slash', changes: [{ kind: 'put', key: 'a/b', fields: {} }] },
      { name: 'a key that is too long', changes: [{ kind: 'put', key: 'k'.repeat(1025), fields: {} }] },
      { name: 'a string that is too long', changes: [{ kind: 'put', key: 'k', fields: { long: 'x'.repeat(32_769) } }] },
      { name: 'a number that is none', changes: [{ kind: 'put', key: 'k', fields: { n: Number.NaN } }] },
      {
        name: 'the same key twice',
        changes: [
          { kind: 'put', key: 'k', fields: {} },
          { kind: 'remove', key: 'k' },
        ],
      },
      {
        name: 'more than a hundred changes',
        changes: Array.from({ length: 101 }, (_, n) => ({ kind: 'put', key: `k${n}`, fields: {} })),
      },
    ])('refuse to write $name', async ({ changes }) => {
      const rows = await createRows();
      await expect(rows.write('p', changes)).rejects.toThrow(RangeError);
      expect(await keysOf(rows, {})).toEqual([]);
    });

    it('let one of many writers of the same version win', async () => {
      const rows = await createRows();
      const version = (await rows.write('p', [{ kind: 'insert', key: 'k', fields: { n: 0 } }]))?.[0] ?? '';
      const writes = Array.from({ length: 10 }, (_, n) =>
        rows.write('p', [{ kind: 'replace', key: 'k', fields: { n }, version }]),
      );
      expect((await Promise.all(writes)).filter((done) => done)).toHaveLength(1);
    });
  });
}

async function keysOf(rows: Rows, range: { from?: string; before?: string }): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of rows.list('p', range)) keys.push(key);
  return keys;
}
