import { expect, it } from 'vitest';
import { createManualClock } from '../../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../../test/doubles/memory-storage.ts';
import { HOUR } from '../../../kernel/clock.ts';

function createFixture() {
  const clock = createManualClock();
  const { skipLog, parts } = createMemoryStorage({ clock });
  return { clock, skipLog, rows: parts.rows.state };
}

it('a skip is written again after an hour, and not a moment before', async () => {
  const { clock, skipLog } = createFixture();
  const startedAt = clock.now();
  const writtenAt = async () => {
    await skipLog.record('s', 'draft');
    return (await skipLog.list('s')).map(({ at }) => at - startedAt);
  };
  expect(await writtenAt()).toEqual([0]);
  await clock.advance(HOUR - 1);
  expect(await writtenAt()).toEqual([0]);
  await clock.advance(1);
  expect(await writtenAt()).toEqual([HOUR]);
});

it('skips of one reason are kept apart by what they are about, where it is named', async () => {
  const { skipLog } = createFixture();
  for (const item of [undefined, 'note-1', 'note-2', 'note-1']) await skipLog.record('s', 'draft', item, item);
  expect((await skipLog.list('s')).map(({ detail }) => detail).sort()).toEqual(['note-1', 'note-2', undefined]);
});

it('skips are stored by subject and reason, and by item where there is one', async () => {
  const { skipLog, rows } = createFixture();
  await skipLog.record('s', 'draft');
  await skipLog.record('s', 'draft', undefined, 'note-1');
  const keys: string[] = [];
  for await (const { key } of rows.list('decisions', { before: '~' })) keys.push(key);
  expect(keys).toEqual(['s:draft', 's:draft:note-1']);
});

it('a detail is cut to a thousand characters', async () => {
  const { skipLog } = createFixture();
  await skipLog.record('s', 'draft', 'x'.repeat(1001));
  expect((await skipLog.list('s'))[0]?.detail).toBe(`${'x'.repeat(999)}…`);
});

it('old skips are forgotten up to a limit, and only those that were there', async () => {
  const { clock, skipLog, rows } = createFixture();
  for (const subject of ['a', 'b', 'c']) await skipLog.record(subject, 'draft');
  const at = clock.now();
  expect(await skipLog.purge(at, 10)).toMatchObject({ purged: 0 });
  expect(await skipLog.purge(at + 1, 0)).toMatchObject({ purged: 0 });
  expect(await skipLog.purge(at + 1, 2)).toMatchObject({ purged: 2 });
  const { write } = rows;
  rows.write = async () => undefined;
  expect(await skipLog.purge(at + 1, 2)).toMatchObject({ purged: 0 });
  rows.write = write;
  expect(await skipLog.purge(at + 1, 2)).toMatchObject({ purged: 1 });
});
