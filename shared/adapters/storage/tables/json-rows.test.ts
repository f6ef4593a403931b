import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { countRows } from '../../../../test/doubles/count-rows.ts';
import { createManualClock } from '../../../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../../../test/doubles/memory-log.ts';
import { createMemoryRows } from '../../../../test/doubles/memory-rows.ts';
import { createMemoryStorage } from '../../../../test/doubles/memory-storage.ts';
import { createJsonRows } from './json-rows.ts';

const NUMBERS = z.union([z.int(), z.string()]);

function createFixture() {
  const rows = createMemoryRows();
  return { rows, values: createJsonRows(rows, 'numbers', () => NUMBERS) };
}

describe('a value', () => {
  it('is written only on what its writer read', async () => {
    const { values } = createFixture();
    expect(await values.putIf('a/b', 1, undefined)).toBe(true);
    expect(await values.putIf('a/b', 2, undefined)).toBe(false);
    const found = await values.find('a/b');
    expect(found).toEqual({ name: 'a/b', value: 1, version: expect.any(String) });
    expect(await values.putIf('a/b', 3, found?.version)).toBe(true);
    expect(await values.putIf('a/b', 4, found?.version)).toBe(false);
    expect(await values.putIf('none', 4, found?.version)).toBe(false);
    expect((await values.find('a/b'))?.value).toBe(3);
    await values.remove('a/b');
    expect(await values.find('a/b')).toBeUndefined();
  });

  it('is inserted where none was read, and replaces only the one that was', async () => {
    const { rows, values } = createFixture();
    const kinds: string[] = [];
    const { write } = rows;
    rows.write = (partition, changes) => {
      kinds.push(...changes.map(({ kind }) => kind));
      return write(partition, changes);
    };
    await values.putIf('a', 1, undefined);
    await values.putIf('a', 2, 'v1');
    expect(kinds).toEqual(['insert', 'replace']);
  });

  it('may fill a table property, and no character more', async () => {
    const { values } = createFixture();
    await values.put('a', 'x'.repeat(32_766));
    expect((await values.find('a'))?.value).toHaveLength(32_766);
    const error = new RangeError('The value of a is too large to be stored');
    await expect(values.put('a', 'x'.repeat(32_767))).rejects.toThrow(error);
    await expect(values.putIf('a', 'x'.repeat(32_767), undefined)).rejects.toThrow(error);
  });

  it.each([
    { json: '{', detail: 'the row a is not JSON' },
    { json: '0.5', detail: 'the row a cannot be read' },
  ])('of another kind is named by its row: $json', async ({ json, detail }) => {
    const { rows, values } = createFixture();
    await rows.write('numbers', [{ kind: 'put', key: 'a', fields: { name: 'a', json } }]);
    await expect(values.find('a')).rejects.toMatchObject({ code: 'unexpected', detail, cause: expect.anything() });
    const log = createMemoryLog();
    expect(await values.list(log)).toEqual([]);
    expect(log.lines).toMatchObject([{ event: 'state row unreadable', fields: { partition: 'numbers', key: 'a' } }]);
  });
});

describe('what is listed by name', () => {
  it('is all there is, as it was written', async () => {
    const { watermarks, pollers, projects } = createMemoryStorage({ clock: createManualClock() });
    const project = { projectId: 7, cloneUrl: 'c', webUrl: 'w', resolvedAt: 1 };
    for (const name of ['a', 'b']) {
      await watermarks.advance(name, `at ${name}`, undefined);
      await pollers.put(name, { failures: 1 });
      await projects.put(name, project);
    }
    expect([...(await watermarks.list())]).toEqual([
      ['a', await watermarks.find('a')],
      ['b', await watermarks.find('b')],
    ]);
    expect([...(await pollers.list()).keys()]).toEqual(['a', 'b']);
    expect([...(await projects.list())]).toEqual([
      ['a', project],
      ['b', project],
    ]);
    expect(Object.keys((await projects.find('a')) ?? {}).sort()).toEqual(Object.keys(project).sort());
  });
});

describe('many at once', () => {
  it('are written a hundred in each request', async () => {
    const { watermarks, pollers, projects, parts } = createMemoryStorage({ clock: createManualClock() });
    const names = Array.from({ length: 250 }, (_, index) => `group-${index}`);
    const requests = countRows(parts.rows.state);
    await watermarks.advanceAll(names.map((name) => ({ name, value: 'first', from: undefined })));
    await pollers.putAll(new Map(names.map((name) => [name, { failures: 2 }])));
    await projects.putAll(new Map(names.map((name) => [name, { ...aProjectEntry, webUrl: name }])));
    expect(requests.counts()).toMatchObject({ write: 9 });
    expect((await watermarks.list()).size).toBe(250);
    expect(await pollers.get('group-249')).toEqual({ failures: 2 });
    expect(await projects.find('group-249')).toMatchObject({ webUrl: 'group-249' });
    requests.reset();
    await Promise.all([watermarks.advanceAll([]), pollers.putAll(new Map()), projects.putAll(new Map())]);
    expect(requests.total()).toBe(0);
  });

  it('leave a watermark alone that another process moved, and move all others', async () => {
    const { watermarks } = createMemoryStorage({ clock: createManualClock() });
    for (const name of ['a', 'b', 'c']) await watermarks.advance(name, '1', undefined);
    const read = await watermarks.list();
    await watermarks.advance('b', 'theirs', read.get('b'));
    await watermarks.advanceAll(['a', 'b', 'c', 'd'].map((name) => ({ name, value: '2', from: read.get(name) })));
    const values = [...(await watermarks.list())].map(([name, { value }]) => `${name} ${value}`);
    expect(values).toEqual(['a 2', 'b theirs', 'c 2', 'd 2']);
  });
});

const aProjectEntry = { projectId: 7, cloneUrl: 'c', webUrl: 'w', resolvedAt: 1 };

it('a generation that is raised too often at once is an error', async () => {
  const { generation, parts } = createMemoryStorage({ clock: createManualClock() });
  parts.rows.state.write = async () => undefined;
  await expect(generation.raise()).rejects.toMatchObject({
    code: 'storage-unavailable',
    detail: 'the configuration generation changed faster than it could be written',
  });
});
