import { expect, it } from 'vitest';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { countRows } from '../../../test/doubles/count-rows.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { DAY, HOUR, MINUTE } from '../../kernel/clock.ts';
import { silentLog } from '../../kernel/log.ts';
import { utcDay } from '../../kernel/utc-day.ts';
import { processOutbox } from '../outbox/process-outbox.ts';
import { DEFAULT_RETENTION, purge } from './purge.ts';

const ended = { kind: 'merge-request-ended', projectId: 7, iid: 3, ending: 'merged' } as const;

/** One of everything that is forgotten after a while. */
async function aStorageWithOneOfEach() {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const run = await storage.ledger.create({ runId: 'run-1', dedupKey: 'x', task: aCodingTask() });
  if (run) await storage.ledger.update(run, { state: 'superseded', notified: true });
  await storage.skipLog.record('issue~PROJ-1', 'blocked');
  await storage.outbox.enqueue(ended);
  await processOutbox({ outbox: storage.outbox, perform: async () => 'complete', clock, log: silentLog });
  const entry = { bindingKey: 'PROJ', day: utcDay(clock.now()), runId: 'run-1' };
  await storage.budgets.start(entry, { maxTokens: 1, runsPerDay: 9 });
  return { clock, storage, entry, deps: { ...storage, clock } };
}

it('one sweeper forgets runs, skips, what the outbox has done, and the budgets of past days', async () => {
  const { clock, storage, entry, deps } = await aStorageWithOneOfEach();
  expect(await purge(deps, DEFAULT_RETENTION)).toEqual({ runs: 0, skipLog: 0 });
  expect(await storage.outbox.listDone(ended.kind)).toHaveLength(1);
  expect(await storage.budgets.find(entry)).toMatchObject({ runs: 1 });

  await clock.advance(DEFAULT_RETENTION.runsMs + DAY);
  expect(await purge(deps, DEFAULT_RETENTION)).toEqual({ runs: 1, skipLog: 1 });
  expect(await storage.ledger.find('run-1')).toBeUndefined();
  expect(await storage.skipLog.list('issue~PROJ-1')).toEqual([]);
  expect(await storage.outbox.listDone(ended.kind)).toEqual([]);
  expect(await storage.budgets.find(entry)).toMatchObject({ runs: 0 });
});

const keptUntil = (until: number, ...except: string[]) => ({ until, except: new Set(except) });

it('keeps runs that are old enough to go but not archived yet', async () => {
  const { clock, storage, deps } = await aStorageWithOneOfEach();
  const endedAt = clock.now();
  await clock.advance(DEFAULT_RETENTION.runsMs + DAY);
  expect(await purge(deps, DEFAULT_RETENTION, keptUntil(0))).toMatchObject({ runs: 0 });
  await clock.advance(6 * HOUR);
  expect(await purge(deps, DEFAULT_RETENTION, keptUntil(endedAt))).toMatchObject({ runs: 0 });
  expect(await storage.ledger.find('run-1')).toBeDefined();
  await clock.advance(6 * HOUR);
  expect(await purge(deps, DEFAULT_RETENTION, keptUntil(endedAt + 1))).toMatchObject({ runs: 1 });
});

it('keeps a run that no day could keep yet, and forgets it when one has', async () => {
  const { clock, storage, deps } = await aStorageWithOneOfEach();
  await clock.advance(DEFAULT_RETENTION.runsMs + DAY);
  expect(await purge(deps, DEFAULT_RETENTION, keptUntil(clock.now(), 'run-1'))).toMatchObject({ runs: 0 });
  expect(await storage.ledger.find('run-1')).toBeDefined();
  await clock.advance(6 * HOUR);
  expect(await purge(deps, DEFAULT_RETENTION, keptUntil(clock.now()))).toMatchObject({ runs: 1 });
});

it('keeps the budget of a day that a run may still end in', async () => {
  const { clock, storage, entry, deps } = await aStorageWithOneOfEach();
  await clock.advance(2 * DAY);
  await purge(deps, DEFAULT_RETENTION);
  expect(await storage.budgets.find(entry)).toMatchObject({ runs: 1 });
});

it('forgets no run where runs are kept for longer than there are times', async () => {
  const { storage, deps } = await aStorageWithOneOfEach();
  expect(await purge(deps, { runsMs: 100 * 365 * DAY, skipLogMs: 14 * DAY })).toEqual({ runs: 0, skipLog: 0 });
  expect(await storage.ledger.find('run-1')).toBeDefined();
});

it('does nothing again before six hours have passed', async () => {
  const { clock, deps } = await aStorageWithOneOfEach();
  expect(await purge(deps, DEFAULT_RETENTION)).toBeDefined();
  await clock.advance(6 * HOUR - 1);
  expect(await purge(deps, DEFAULT_RETENTION)).toBeUndefined();
  await clock.advance(1);
  expect(await purge(deps, DEFAULT_RETENTION)).toBeDefined();
});

it('forgets skips after two weeks, long before runs', async () => {
  const { clock, storage, deps } = await aStorageWithOneOfEach();
  await clock.advance(DEFAULT_RETENTION.skipLogMs);
  expect(await purge(deps, DEFAULT_RETENTION)).toEqual({ runs: 0, skipLog: 0 });
  await clock.advance(6 * HOUR);
  expect(await purge(deps, DEFAULT_RETENTION)).toEqual({ runs: 0, skipLog: 1 });
  expect(await storage.ledger.find('run-1')).toBeDefined();
});

it('leaves what is too much for one tick to the next', async () => {
  const { clock, storage } = await aStorageWithOneOfEach();
  const { budgets, outbox } = storage;
  await outbox.enqueue({ ...ended, iid: 4 });
  await processOutbox({ outbox, perform: async () => 'complete', clock, log: silentLog });
  const later = clock.now() + DAY;
  const purgeDone = async (limit: number) => (await outbox.purge(later, limit)).purged;
  expect([await purgeDone(1), await purgeDone(9), await purgeDone(9)]).toEqual([1, 1, 0]);
  // Each kind has a limit of its own, so that many runs keep no merge request.
  await outbox.enqueue({ kind: 'run-told', runId: 'run-1', moment: 'ended', team: 'PROJ' });
  await outbox.enqueue({ ...ended, iid: 5 });
  await processOutbox({ outbox, perform: async () => 'complete', clock, log: silentLog });
  expect([await purgeDone(1), await purgeDone(1)]).toEqual([2, 0]);
  // The total of the day and the share of its one run.
  const day = utcDay(later);
  expect([await budgets.purge(day, 1), await budgets.purge(day, 9), await budgets.purge(day, 9)]).toEqual([1, 1, 0]);
});

/** So many runs that ended, with what their receiver was notified of, and so many skips. */
async function aStorageWith(amount: number) {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  for (let n = 0; n < amount; n += 1) {
    const run = await storage.ledger.create({ runId: `run-${n}`, dedupKey: `k${n}`, task: aCodingTask() });
    if (run) await storage.ledger.update(run, { state: 'superseded', notified: true });
    await storage.skipLog.record(`issue~PROJ-${n}`, 'blocked');
  }
  return { clock, storage, deps: { ...storage, clock } };
}

it('goes on in the next sweep until all is gone, each row of a run read once', async () => {
  const { clock, storage, deps } = await aStorageWith(450);
  const { runs } = storage.parts.rows;
  await clock.advance(DEFAULT_RETENTION.runsMs + DAY);
  const counted = countRows(runs);
  const steps: unknown[] = [];
  for (let sweeps = 0; sweeps < 5; sweeps += 1) {
    steps.push(await purge(deps, DEFAULT_RETENTION));
    await clock.advance(MINUTE);
  }
  expect(steps).toEqual([
    { runs: 200, skipLog: 200 },
    { runs: 200, skipLog: 200 },
    { runs: 50, skipLog: 50 },
    undefined,
    undefined,
  ]);
  // Beside each run its index row; two steps read one more, by which they know that there is more.
  expect(counted.counts()).toEqual({ find: 450, write: 450, list: 3, listed: 452 });
  await clock.advance(6 * HOUR);
  expect(await purge(deps, DEFAULT_RETENTION)).toEqual({ runs: 0, skipLog: 0 });
});

it('asks the same of the state when nothing is to be forgotten, however much there is', async () => {
  const asked: object[] = [];
  for (const amount of [1, 300]) {
    const { clock, storage, deps } = await aStorageWith(amount);
    const { runs, state } = storage.parts.rows;
    await purge(deps, DEFAULT_RETENTION);
    await clock.advance(6 * HOUR);
    const counted = [runs, state].map(countRows);
    expect(await purge(deps, DEFAULT_RETENTION)).toEqual({ runs: 0, skipLog: 0 });
    asked.push(counted.map(({ counts }) => counts()));
  }
  // The state: two watermarks and two walks that are over; lists of five kinds of the outbox, of budgets and skips.
  const expected = [
    { find: 0, write: 0, list: 1, listed: 0 },
    { find: 4, write: 1, list: 7, listed: 0 },
  ];
  expect(asked).toEqual([expected, expected]);
});

it('is over for one sweeper while another one is at it', async () => {
  const { clock, deps } = await aStorageWith(250);
  await clock.advance(DEFAULT_RETENTION.runsMs + DAY);
  const both = await Promise.all([purge(deps, DEFAULT_RETENTION), purge(deps, DEFAULT_RETENTION)]);
  expect(both.filter((step) => step !== undefined)).toEqual([{ runs: 200, skipLog: 200 }]);
});

it('forgets what the version before wrote, which has no index by age', async () => {
  const { clock, storage, deps } = await aStorageWith(3);
  const { state } = storage.parts.rows;
  await storage.outbox.enqueue(ended);
  await processOutbox({ outbox: storage.outbox, perform: async () => 'complete', clock, log: silentLog });
  for (const partition of ['decisions', 'errands'])
    for await (const { key } of state.list(partition, { from: '~' }))
      await state.write(partition, [{ kind: 'remove', key }]);
  await clock.advance(DEFAULT_RETENTION.runsMs + DAY);
  expect(await purge(deps, DEFAULT_RETENTION)).toEqual({ runs: 3, skipLog: 3 });
  expect(await storage.outbox.listDone(ended.kind)).toEqual([]);
});
