import { expect, it } from 'vitest';
import { aCodingTask } from '../../../../test/builders/tasks.ts';
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
  const end = async (runId: string, change: RunChange = { state: 'superseded' }) =>
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
  await end('run-1', { state: 'cancelled', reason: 'asked' });
  expect(await archive()).toBe(0);

  await clock.advance(14 * HOUR - MINUTE - 1);
  expect(await createLedgerArchiver(deps)()).toBe(0);
  await clock.advance(1);
  expect(await createLedgerArchiver(deps)()).toBe(endOfUtcDay('2026-11-25'));

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
  expect(await idsOf('2026-11-26')).toEqual(['run-long']);
  expect(await idsOf('2026-11-27')).toEqual([]);
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

  await clock.advance(DAY);
  await Promise.all([createLedgerArchiver(deps)(), createLedgerArchiver(deps)()]);
  expect(await verifyDays(files)).toMatchObject({ days: 2, runs: 1, problems: [] });
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

  expect(await createLedgerArchiver({ ...deps, ...storage, files: other })()).toBe(0);

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
