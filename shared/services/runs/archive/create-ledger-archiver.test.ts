import { expect, it } from 'vitest';
import { aCodingTask } from '../../../../test/builders/tasks.ts';
import { corruptRun } from '../../../../test/doubles/corrupt-run.ts';
import { createManualClock } from '../../../../test/doubles/manual-clock.ts';
import { createMemoryArtefacts } from '../../../../test/doubles/memory-artefacts.ts';
import { createMemoryStorage } from '../../../../test/doubles/memory-storage.ts';
import type { RunChange } from '../../../domain/ports/run-ledger.ts';
import { type DayFile, dayPath, parseDayFile } from '../../../domain/runs/archive/day-file.ts';
import { DAY, HOUR, MINUTE } from '../../../kernel/clock.ts';
import { TaskError } from '../../../kernel/errors.ts';
import { type Log, silentLog } from '../../../kernel/log.ts';
import { endOfUtcDay } from '../../../kernel/utc-day.ts';
import { createLedgerArchiver, LEDGER_WATERMARK } from './create-ledger-archiver.ts';
import { verifyDays } from './verify-days.ts';

const NOON = Date.parse('2026-11-25T12:00:00.000Z');

function aDeployment() {
  const clock = createManualClock(NOON);
  const storage = createMemoryStorage({ clock });
  const files = createMemoryArtefacts();
  const lines: { event: string; fields: unknown }[] = [];
  const keep = (event: string, fields?: unknown) => void lines.push({ event, fields });
  const log: Log = { ...silentLog, info: keep, error: keep };
  const deps = { ...storage, files, clock, log };
  const start = async (runId: string) => storage.ledger.create({ runId, dedupKey: runId, task: aCodingTask() });
  const end = async (runId: string, change: RunChange = { state: 'superseded', notified: true }) =>
    storage.ledger.update(await storage.ledger.get(runId), change);
  const read = async (day: string): Promise<DayFile | undefined> => {
    const parsed = parseDayFile((await files.find(dayPath(day))) ?? '');
    return 'file' in parsed ? parsed.file : undefined;
  };
  const idsOf = async (day: string) => (await read(day))?.runs.map(({ runId }) => runId);
  return { clock, storage, files, deps, lines, start, end, read, idsOf };
}

it('keeps a day two hours after it is over, with what ended on it, and says up to when all is kept', async () => {
  const { clock, deps, start, end, read, idsOf } = aDeployment();
  const archive = createLedgerArchiver(deps);
  await start('run-1');
  await clock.advance(MINUTE);
  await start('run-2');
  await end('run-2');
  await end('run-1', { state: 'cancelled', reason: 'asked', notified: true });
  expect(await archive()).toEqual({ until: 0, except: new Set() });

  await clock.advance(14 * HOUR - MINUTE - 1);
  expect(await createLedgerArchiver(deps)()).toMatchObject({ until: 0 });
  await clock.advance(1);
  expect(await createLedgerArchiver(deps)()).toEqual({ until: endOfUtcDay('2026-11-25'), except: new Set() });

  expect(await idsOf('2026-11-25')).toEqual(['run-1', 'run-2']);
  expect(await read('2026-11-25')).toMatchObject({ previous: null, open: [], lost: [] });
  expect((await read('2026-11-25'))?.runs[0]).toMatchObject({
    state: 'cancelled',
    events: [
      { name: 'planned', previous: null },
      { name: 'cancelled', fields: { reason: 'asked' } },
    ],
  });
});

it('carries a run that is open to the day on which it has ended', async () => {
  const { clock, deps, start, end, read, idsOf, files } = aDeployment();
  const archive = createLedgerArchiver(deps);
  await start('run-long');
  for (let day = 0; day < 3; day += 1) {
    await clock.advance(DAY + HOUR);
    if (day === 1) await end('run-long');
    await archive();
    await archive();
  }
  await clock.advance(DAY);
  await archive();
  await archive();

  expect([(await read('2026-11-25'))?.open, await idsOf('2026-11-25')]).toEqual([['run-long'], []]);
  expect(await idsOf('2026-11-26')).toEqual([]);
  expect(await idsOf('2026-11-27')).toEqual(['run-long']);
  expect(await verifyDays(files)).toMatchObject({ days: 4, runs: 1, problems: [] });
});

it('goes on day by day after it was away, and keeps a day without runs too', async () => {
  const { clock, deps, start, end, files } = aDeployment();
  await start('run-1');
  await end('run-1');
  await clock.advance(5 * DAY);
  const archive = createLedgerArchiver(deps);
  for (let call = 0; call < 9; call += 1) await archive();

  expect((await files.list('days/')).map((path) => path.slice(5, 15))).toEqual([
    '2026-11-25',
    '2026-11-26',
    '2026-11-27',
    '2026-11-28',
    '2026-11-29',
  ]);
  expect(await verifyDays(files)).toMatchObject({ days: 5, runs: 1, problems: [] });
});

it('keeps a day once when two sweepers do it at the same time, or when one dies before it has noted it', async () => {
  const { clock, deps, start, end, files, storage, lines } = aDeployment();
  await start('run-1');
  await clock.advance(DAY);
  const dying = { ...storage.watermarks, advance: () => Promise.reject(new TaskError('storage-unavailable')) };
  await createLedgerArchiver({ ...deps, watermarks: dying })();
  const first = await files.find(dayPath('2026-11-25'));
  await end('run-1');

  await Promise.all([createLedgerArchiver(deps)(), createLedgerArchiver(deps)()]);

  expect(await files.find(dayPath('2026-11-25'))).toBe(first);
  expect(lines.filter(({ event }) => event === 'run ledger archived')).toHaveLength(0);
  const mark = await storage.watermarks.find(LEDGER_WATERMARK);
  expect(await verifyDays(files, JSON.parse(mark?.value ?? ''))).toMatchObject({ days: 1, problems: [] });

  lines.length = 0;
  await clock.advance(DAY);
  const both = await Promise.all([createLedgerArchiver(deps)(), createLedgerArchiver(deps)()]);
  expect(both).toEqual(Array(2).fill({ until: endOfUtcDay('2026-11-26'), except: new Set() }));
  expect(lines.map(({ event }) => event)).toEqual(['run ledger archived']);
  expect(await verifyDays(files)).toMatchObject({ days: 2, runs: 1, problems: [] });
});

it('names a run that is gone before it was kept, and awaits it from no later day', async () => {
  const { clock, deps, storage, start, end, read, files } = aDeployment();
  await start('run-1');
  await end('run-1');
  await clock.advance(DAY);
  const listCreated: typeof storage.ledger.listCreated = async (from, before) => [
    'run-gone',
    ...(await storage.ledger.listCreated(from, before)),
  ];
  const kept = await createLedgerArchiver({ ...deps, ledger: { ...storage.ledger, listCreated } })();
  expect(kept).toEqual({ until: endOfUtcDay('2026-11-25'), except: new Set() });
  expect(await read('2026-11-25')).toMatchObject({
    runs: [{ runId: 'run-1' }],
    lost: [{ runId: 'run-gone', reason: 'gone' }],
  });
  expect(await verifyDays(files)).toMatchObject({ days: 1, problems: [] });
});

it('goes on after the newest file when the state was lost', async () => {
  const { clock, deps, start, end, files } = aDeployment();
  await start('run-1');
  await end('run-1');
  await clock.advance(DAY);
  await createLedgerArchiver(deps)();

  const fresh = createMemoryStorage({ clock });
  await clock.advance(DAY);
  const archive = createLedgerArchiver({ ...deps, ...fresh });
  await archive();
  await archive();

  expect(await verifyDays(files)).toMatchObject({ days: 2, problems: [] });
});

it('stops where a kept day was changed, and says which', async () => {
  const { clock, deps, start, lines, storage } = aDeployment();
  await start('run-1');
  await clock.advance(DAY);
  await createLedgerArchiver(deps)();
  const other = createMemoryArtefacts();
  await other.create(dayPath('2026-11-25'), 'another\n');
  await clock.advance(DAY);

  expect(await createLedgerArchiver({ ...deps, ...storage, files: other })()).toMatchObject({ until: 0 });

  expect(await other.list('days/')).toHaveLength(1);
  expect(lines.at(-1)).toMatchObject({
    event: 'run ledger not archived',
    fields: { error: { code: 'evidence-damaged', detail: expect.stringContaining('days/2026-11-25.jsonl') } },
  });
});

it('asks a container that refuses once an hour, and names a row that cannot be read without stopping at it', async () => {
  const { clock, deps, start, end, read, files, storage } = aDeployment();
  for (const runId of ['run-0', 'run-1', 'run-2']) await start(runId);
  await end('run-2');
  let asked = 0;
  let refuses = true;
  const refusing: typeof files = {
    ...files,
    create: async (path, text) => {
      asked += 1;
      if (refuses) throw new TaskError('storage-refused');
      return files.create(path, text);
    },
  };
  const find: typeof storage.ledger.find = (runId) =>
    runId === 'run-1' ? Promise.reject(new TaskError('unexpected')) : storage.ledger.find(runId);
  const archive = createLedgerArchiver({ ...deps, ledger: { ...storage.ledger, find }, files: refusing });
  await clock.advance(DAY);
  for (const minutes of [0, 1, 59]) {
    await clock.advance(minutes * MINUTE);
    await archive();
  }
  expect(asked).toBe(2);

  refuses = false;
  await clock.advance(HOUR);
  await archive();
  expect(await read('2026-11-25')).toMatchObject({
    runs: [{ runId: 'run-2' }],
    open: ['run-0'],
    lost: [{ runId: 'run-1', reason: 'unreadable' }],
  });
});

it.each([
  { what: 'an event that is no JSON', fields: { at: NOON, name: 'cloned', fields: '{' } },
  { what: 'an event of another shape', fields: { at: NOON, name: 'cloned', fields: '[1]' } },
  { what: 'an event without a time', fields: { name: 'cloned' } },
  { what: 'a history of another shape', history: '[1]' },
])('keeps the others of a day on which a run has $what', async ({ fields, history }) => {
  const { clock, storage, deps, lines, start, end, read } = aDeployment();
  for (const runId of ['run-1', 'run-2', 'run-3']) {
    await clock.advance(1);
    await start(runId);
    await end(runId);
  }
  const { runs, runevents } = storage.parts.rows;
  if (fields) await runevents.write('run-2', [{ kind: 'put', key: '1', fields }]);
  const row = await runs.find('runs', 'run:run-2');
  if (history) await runs.write('runs', [{ kind: 'put', key: 'run:run-2', fields: { ...row?.fields, history } }]);
  await clock.advance(DAY);

  const kept = await createLedgerArchiver(deps)();

  expect(kept).toEqual({ until: endOfUtcDay('2026-11-25'), except: new Set(['run-2']) });
  expect(await read('2026-11-25')).toMatchObject({
    runs: [{ runId: 'run-1' }, { runId: 'run-3' }],
    lost: [{ runId: 'run-2', reason: 'unreadable' }],
  });
  expect(lines).toContainEqual({ event: 'run row unreadable', fields: expect.objectContaining({ runId: 'run-2' }) });
});

it.each(['find', 'listEvents'] as const)('waits for storage that does not answer to %s', async (method) => {
  const { clock, storage, deps, start, end, read } = aDeployment();
  await start('run-1');
  await end('run-1');
  await clock.advance(DAY);
  // The first reading finds which day is the first one.
  let reads = 0;
  const fail = () => Promise.reject(new TaskError('storage-unavailable'));
  const { find, listEvents } = storage.ledger;
  const isDown = (asked: string) => asked === method && ++reads === (method === 'find' ? 2 : 1);
  const ledger: typeof storage.ledger = {
    ...storage.ledger,
    find: (runId) => (isDown('find') ? fail() : find(runId)),
    listEvents: (runId) => (isDown('listEvents') ? fail() : listEvents(runId)),
  };
  const archive = createLedgerArchiver({ ...deps, ledger });
  expect(await archive()).toMatchObject({ until: 0 });
  expect(await read('2026-11-25')).toBeUndefined();

  await clock.advance(HOUR);
  await archive();
  expect(await read('2026-11-25')).toMatchObject({ runs: [{ runId: 'run-1' }] });
});

it('keeps a run that was unreadable for a while on a later day, and says until then that it is not kept', async () => {
  const { clock, storage, deps, start, end, read, idsOf, files } = aDeployment();
  for (const runId of ['run-0', 'run-1']) await start(runId);
  for (const runId of ['run-0', 'run-1']) await end(runId);
  await clock.advance(DAY);
  await start('run-2');
  let isOld = true;
  const find: typeof storage.ledger.find = (runId) =>
    isOld && runId !== 'run-2' ? Promise.reject(new TaskError('unexpected')) : storage.ledger.find(runId);
  const archive = createLedgerArchiver({ ...deps, ledger: { ...storage.ledger, find } });
  await clock.advance(DAY);
  // The oldest run that can be read says which day is the first one.
  expect((await archive()).except).toEqual(new Set(['run-0', 'run-1', 'run-2']));
  isOld = false;
  expect((await createLedgerArchiver(deps)()).except).toEqual(new Set(['run-0', 'run-1', 'run-2']));
  await clock.advance(DAY);
  expect((await archive()).except).toEqual(new Set(['run-2']));

  expect((await read('2026-11-26'))?.lost.map(({ runId }) => runId)).toEqual(['run-1', 'run-0']);
  expect(await idsOf('2026-11-27')).toEqual(['run-1', 'run-0']);
  expect(await verifyDays(files)).toMatchObject({ days: 2, runs: 2, problems: [] });
});

it('leaves a run to a later day that ended after its own, or that its requester does not know of yet', async () => {
  const { clock, storage, deps, start, end, read, idsOf, files } = aDeployment();
  for (const runId of ['run-late', 'run-unnotified', 'run-whole']) await start(runId);
  await end('run-unnotified', { state: 'superseded' });
  await end('run-whole');
  await clock.advance(12 * HOUR);
  await end('run-late');
  await clock.advance(2 * HOUR);
  const archive = createLedgerArchiver(deps);
  expect((await archive()).except).toEqual(new Set(['run-late', 'run-unnotified']));
  expect(await read('2026-11-25')).toMatchObject({
    runs: [{ runId: 'run-whole' }],
    open: ['run-unnotified', 'run-late'],
  });

  await storage.ledger.markNotified(await storage.ledger.get('run-unnotified'));
  expect((await archive()).except).toContain('run-unnotified');
  await clock.advance(DAY);
  expect((await archive()).except).toEqual(new Set());
  expect(await idsOf('2026-11-26')).toEqual(['run-unnotified', 'run-late']);
  expect(await verifyDays(files)).toMatchObject({ days: 2, runs: 3, problems: [] });
});

it('reads ten runs of a day at once, no more, and keeps them in their order', async () => {
  const { clock, storage, deps, start, end, idsOf } = aDeployment();
  const ids = Array.from({ length: 25 }, (_, index) => `run-${String(index).padStart(2, '0')}`);
  for (const runId of ids) {
    await clock.advance(1);
    await start(runId);
    await end(runId);
  }
  await clock.advance(DAY);
  let reading = 0;
  let most = 0;
  const listEvents: typeof storage.ledger.listEvents = async (runId) => {
    reading += 1;
    most = Math.max(most, reading);
    const events = await storage.ledger.listEvents(runId);
    reading -= 1;
    return events;
  };
  await createLedgerArchiver({ ...deps, ledger: { ...storage.ledger, listEvents } })();
  expect(most).toBe(10);
  expect(await idsOf('2026-11-25')).toEqual(ids);
});

it('looks at nothing again before the next day can be kept', async () => {
  const { clock, deps, storage, start, end } = aDeployment();
  await start('run-1');
  await end('run-1');
  let looked = 0;
  const find: typeof storage.watermarks.find = (name) => {
    looked += 1;
    return storage.watermarks.find(name);
  };
  const archive = createLedgerArchiver({ ...deps, watermarks: { ...storage.watermarks, find } });
  const until = endOfUtcDay('2026-11-25');
  await clock.advance(14 * HOUR);
  for (let minutes = 0; minutes < 5; minutes += 1) {
    expect(await archive()).toEqual({ until, except: new Set() });
    await clock.advance(MINUTE);
  }
  expect(looked).toBe(1);
  await clock.advance(DAY - 5 * MINUTE - 1);
  expect([await archive(), looked]).toMatchObject([{ until }, 1]);
  await clock.advance(1);
  expect([await archive(), looked]).toMatchObject([{ until: endOfUtcDay('2026-11-26') }, 2]);
});

it('looks once an hour for a first run', async () => {
  const { clock, deps, storage, files, start, end } = aDeployment();
  let looked = 0;
  const listCreated: typeof storage.ledger.listCreated = (from, before) => {
    looked += 1;
    return storage.ledger.listCreated(from, before);
  };
  const archive = createLedgerArchiver({ ...deps, ledger: { ...storage.ledger, listCreated } });
  for (const wait of [0, HOUR - 1, 1]) {
    await clock.advance(wait);
    expect(await archive()).toEqual({ until: 0, except: new Set() });
  }
  expect([looked, await storage.watermarks.find(LEDGER_WATERMARK)]).toEqual([2, undefined]);

  await start('run-1');
  await end('run-1');
  await clock.advance(DAY);
  await archive();
  expect(await files.list('days/')).toEqual([dayPath('2026-11-25')]);
});

it('logs what each day holds that was kept', async () => {
  const { clock, deps, start, end, lines, storage } = aDeployment();
  for (const runId of ['run-1', 'run-2', 'run-3', 'run-4']) await start(runId);
  for (const runId of ['run-1', 'run-2']) await end(runId);
  await corruptRun(storage.parts.rows.runs, 'run-4');
  await clock.advance(DAY);
  await createLedgerArchiver(deps)();
  expect(lines.filter(({ event }) => event === 'run ledger archived')).toEqual([
    { event: 'run ledger archived', fields: { day: '2026-11-25', runs: 2, open: 1, lost: 1 } },
  ]);
});

it('notes the newest file when the state was lost, and says what is kept only once that is noted', async () => {
  const { clock, deps, start, end, lines } = aDeployment();
  await start('run-1');
  await end('run-1');
  await clock.advance(DAY);
  await createLedgerArchiver(deps)();
  const kept = { until: endOfUtcDay('2026-11-25'), except: new Set() };

  const fresh = createMemoryStorage({ clock });
  const losing = { ...fresh.watermarks, advance: async () => false };
  expect(await createLedgerArchiver({ ...deps, ...fresh, watermarks: losing })()).toEqual({
    until: 0,
    except: new Set(),
  });
  expect(await createLedgerArchiver({ ...deps, ...fresh })()).toEqual(kept);
  expect(await fresh.watermarks.find(LEDGER_WATERMARK)).toMatchObject({
    value: expect.stringContaining('"day":"2026-11-25"'),
  });
  expect(lines.map(({ event }) => event)).not.toContain('run ledger not archived');
});
