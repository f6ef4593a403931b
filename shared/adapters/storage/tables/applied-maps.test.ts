import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../../test/doubles/memory-storage.ts';
import { resolveBinding } from '../../../domain/mapping/source/resolve-binding.ts';
import type { Change, Fields, Row } from './rows.ts';

const VERSION = { generation: 1, appliedAt: 5, setting: 'a' };

function createFixture() {
  const { appliedMaps, artefacts, parts } = createMemoryStorage({ clock: createManualClock() });
  const rows = parts.rows.state;
  const listTexts = async () => {
    const texts: string[] = [];
    for await (const { fields } of rows.list('config-map-texts')) texts.push(String(fields['text']));
    return texts;
  };
  return { appliedMaps, artefacts, rows, listTexts };
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

describe('the map as a release has understood it', () => {
  const bindings = [resolveBinding({ jira_project: 'PROJ', repo: 'group/app', validate: 'x'.repeat(70_000) })];

  async function createChecked() {
    const { appliedMaps, rows, artefacts } = createFixture();
    await appliedMaps.record({ ...VERSION, json: '{}' });
    await appliedMaps.recordChecked('rules', { generation: 1, bindings, source: 's' });
    const parts: Row[] = [];
    for await (const row of rows.list('config-map-checked')) parts.push(row);
    const change = (at: number, fields: Fields) =>
      rows.write('config-map-checked', [{ kind: 'put', key: parts[at]?.key ?? '', fields }]);
    return { appliedMaps, rows, artefacts, parts, change };
  }

  it('is found whole, in three parts', async () => {
    const { appliedMaps, parts } = await createChecked();
    expect(parts).toHaveLength(3);
    expect(await appliedMaps.findChecked('rules')).toEqual({ ...VERSION, bindings, source: 's' });
  });

  it.each([
    { name: 'one part is gone', at: 1, edit: () => undefined },
    { name: 'the first part is gone', at: 0, edit: () => undefined },
    { name: 'a part was cut off', at: 2, edit: ({ text, ...rest }: Fields) => ({ ...rest, text: `${text}`.slice(1) }) },
    {
      name: 'a part was edited by hand',
      at: 0,
      edit: ({ text, ...rest }: Fields) => ({ ...rest, text: `${text}`.replace('PROJ', 'OPS') }),
    },
    { name: 'its source was edited by hand', at: 0, edit: (fields: Fields) => ({ ...fields, source: 't' }) },
    { name: 'its digest is gone', at: 0, edit: ({ sha256: _, ...rest }: Fields) => rest },
    { name: 'its number of parts is another', at: 0, edit: (fields: Fields) => ({ ...fields, parts: 2 }) },
  ])('is not believed where $name, until it is kept again', async ({ at, edit }) => {
    const { appliedMaps, rows, parts, change } = await createChecked();
    const changed = edit(parts[at]?.fields ?? {});
    if (changed) await change(at, changed);
    else await rows.write('config-map-checked', [{ kind: 'remove', key: parts[at]?.key ?? '' }]);
    expect(await appliedMaps.findChecked('rules')).toBeUndefined();
    await appliedMaps.recordChecked('rules', { generation: 1, bindings });
    expect(await appliedMaps.findChecked('rules')).toEqual({ ...VERSION, bindings });
  });

  it('is found where an earlier one was longer', async () => {
    const { appliedMaps } = await createChecked();
    await appliedMaps.recordChecked('rules', { generation: 1, bindings: [] });
    expect(await appliedMaps.findChecked('rules')).toEqual({ ...VERSION, bindings: [] });
  });

  it('goes with its map', async () => {
    const { appliedMaps, rows } = await createChecked();
    await appliedMaps.recordChecked('other', { generation: 1, bindings });
    await appliedMaps.record({ ...VERSION, generation: 2, json: '[]' });
    for await (const { key } of rows.list('config-map-checked')) throw new Error(`${key} is left`);
  });

  it('is none while a map of 0.1.0 is in force', async () => {
    const { appliedMaps, rows, artefacts } = await createChecked();
    const versions = await rows.find('config-maps', 'map-in-force');
    const json = JSON.parse(String(versions?.fields['json']));
    const fields = { name: 'map-in-force', json: JSON.stringify({ ...json, hasEarlierRuns: true }) };
    await rows.write('config-maps', [{ kind: 'put', key: 'map-in-force', fields }]);
    expect(await appliedMaps.findChecked('rules')).toMatchObject({ bindings, hasEarlierRuns: true });
    const pointer = { name: 'applied-map', json: JSON.stringify({ generation: 2, path: 'maps/2' }) };
    await rows.write('config-maps', [{ kind: 'put', key: 'applied-map', fields: pointer }]);
    await artefacts.create('maps/2', '{}');
    expect(await appliedMaps.findChecked('rules')).toBeUndefined();
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
