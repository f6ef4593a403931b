import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../../test/doubles/memory-storage.ts';
import type { Change } from './rows.ts';

const VERSION = { generation: 1, appliedAt: 5, setting: 'a' };

function createFixture() {
  const { appliedMaps, parts } = createMemoryStorage({ clock: createManualClock() });
  const rows = parts.rows.state;
  const listTexts = async () => {
    const texts: string[] = [];
    for await (const { fields } of rows.list('config-map-texts')) texts.push(String(fields['text']));
    return texts;
  };
  return { appliedMaps, rows, listTexts };
}

describe('the text of the map in force', () => {
  it.each([
    { name: 'none', json: '', lengths: [] },
    { name: 'one part', json: 'x'.repeat(30_000), lengths: [30_000] },
    { name: 'two parts', json: `${'x'.repeat(30_000)}y`, lengths: [30_000, 1] },
    { name: 'a pair before a cut', json: `${'x'.repeat(29_998)}😀y`, lengths: [30_000, 1] },
    { name: 'a pair over a cut', json: `${'x'.repeat(29_999)}😀y`, lengths: [29_999, 3] },
  ])('is stored whole in as few parts as hold it: $name', async ({ json, lengths }) => {
    const { appliedMaps, listTexts } = createFixture();
    await appliedMaps.record({ ...VERSION, json });
    expect((await listTexts()).map(({ length }) => length)).toEqual(lengths);
    expect((await appliedMaps.find())?.json).toBe(json);
  });

  it('is in order beyond ten parts', async () => {
    const { appliedMaps } = createFixture();
    const json = Array.from({ length: 12 }, (_, at) => String.fromCharCode(97 + at).repeat(30_000)).join('');
    await appliedMaps.record({ ...VERSION, json });
    expect((await appliedMaps.find())?.json).toBe(json);
  });

  it('of the map before is removed', async () => {
    const { appliedMaps, listTexts } = createFixture();
    await appliedMaps.record({ ...VERSION, json: 'first' });
    await appliedMaps.record({ ...VERSION, generation: 2, json: 'second' });
    expect(await listTexts()).toEqual(['second']);
  });

  it('is none when parts of it are gone, and the version is known all the same', async () => {
    const { appliedMaps, rows } = createFixture();
    await appliedMaps.record({ ...VERSION, json: 'x'.repeat(30_001) });
    const keys: string[] = [];
    for await (const { key } of rows.list('config-map-texts')) keys.push(key);
    await rows.write('config-map-texts', [{ kind: 'remove', key: keys[1] ?? '' }]);
    expect(await appliedMaps.find()).toBeUndefined();
    expect(await appliedMaps.findVersion()).toEqual(VERSION);
  });

  it('is the one of a newer map that came while it was read', async () => {
    const { appliedMaps, rows } = createFixture();
    await appliedMaps.record({ ...VERSION, json: 'first' });
    const { list } = rows;
    rows.list = (...args) => {
      rows.list = list;
      return (async function* () {
        await appliedMaps.record({ ...VERSION, generation: 2, json: 'second' });
        yield* list(...args);
      })();
    };
    expect(await appliedMaps.find()).toEqual({ ...VERSION, generation: 2, json: 'second' });
  });
});

describe('the version of the map in force', () => {
  it('is not written again by the same generation', async () => {
    const { appliedMaps } = createFixture();
    await appliedMaps.record({ ...VERSION, json: 'first' });
    await appliedMaps.record({ ...VERSION, appliedAt: 9, json: 'first' });
    expect(await appliedMaps.find()).toEqual({ ...VERSION, json: 'first' });
  });

  it('has no setting where none was given, and nothing of how it is stored', async () => {
    const { appliedMaps } = createFixture();
    await appliedMaps.record({ generation: 1, appliedAt: 5, json: 'first' });
    expect(Object.keys((await appliedMaps.findVersion()) ?? {})).toEqual(['generation', 'appliedAt']);
  });

  it('gets another setting only while it is the same generation, and only if it differs', async () => {
    const { appliedMaps, rows } = createFixture();
    await appliedMaps.recordSetting(1, 'b');
    expect(await appliedMaps.findVersion()).toBeUndefined();
    await appliedMaps.record({ ...VERSION, json: 'first' });
    const written: Change[] = [];
    const { write } = rows;
    rows.write = (partition, changes) => {
      written.push(...changes);
      return write(partition, changes);
    };
    await appliedMaps.recordSetting(2, 'b');
    await appliedMaps.recordSetting(1, 'a');
    expect(written).toEqual([]);
    await appliedMaps.recordSetting(1, 'b');
    expect(written).toHaveLength(1);
    expect(await appliedMaps.find()).toEqual({ ...VERSION, setting: 'b', json: 'first' });
  });

  it('says that it changes too fast, each time it is written or read', async () => {
    const { appliedMaps, rows } = createFixture();
    await appliedMaps.record({ ...VERSION, json: 'first' });
    const error = {
      code: 'storage-unavailable',
      detail: 'the project map in force changed faster than it could be written',
    };
    const { write, find } = rows;
    rows.write = async (partition, changes) => (partition === 'config-maps' ? undefined : write(partition, changes));
    await expect(appliedMaps.record({ ...VERSION, generation: 2, json: 'second' })).rejects.toMatchObject(error);
    await expect(appliedMaps.recordSetting(1, 'b')).rejects.toMatchObject(error);
    let reads = 0;
    rows.find = async (...args) => {
      const found = await find(...args);
      reads += 1;
      return found && { ...found, version: String(reads) };
    };
    rows.list = async function* () {};
    await expect(appliedMaps.find()).rejects.toMatchObject(error);
  });
});

it('twenty problems of a refused source are kept, each cut to what people read', async () => {
  const { appliedMaps } = createFixture();
  const problems = Array.from({ length: 21 }, (_, at) => ({
    where: `${at} ${'w'.repeat(600)}`,
    message: 'm'.repeat(501),
  }));
  await appliedMaps.recordRefusal({ at: 9, problems });
  const kept = (await appliedMaps.findRefusal())?.problems ?? [];
  expect(kept).toHaveLength(20);
  expect(kept[0]).toEqual({ where: `0 ${'w'.repeat(497)}…`, message: `${'m'.repeat(499)}…` });
});
