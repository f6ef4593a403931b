import { describe, expect, it } from 'vitest';
import { aCodingTask, anEchoTask } from '../../../../test/builders/tasks.ts';
import { corruptRun } from '../../../../test/doubles/corrupt-run.ts';
import { countRows } from '../../../../test/doubles/count-rows.ts';
import { createManualClock } from '../../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../../test/doubles/memory-storage.ts';
import type { RunChange, RunRecord } from '../../../domain/ports/run-ledger.ts';
import { EVERYTHING } from '../../../domain/runs/subjects.ts';
import { buildKeyRange, buildTableKey, newestFirst } from './table-key.ts';

function createFixture() {
  const clock = createManualClock();
  const { ledger, parts } = createMemoryStorage({ clock });
  const create = async (runId = 'run-1') => must(await ledger.create({ runId, dedupKey: runId, task: aCodingTask() }));
  /** A new run after these changes, a second apart. */
  const move = async (runId: string, ...changes: RunChange[]): Promise<RunRecord> => {
    let record = await create(runId);
    for (const change of changes) {
      await clock.advance(1000);
      record = must(await ledger.update(record, change));
    }
    return record;
  };
  return { clock, ledger, rows: parts.rows, create, move };
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it was refused');
  return value;
}

const RUNNING: RunChange = { state: 'running', attempt: 1, runner: 'r1' };
const PARKED: RunChange = {
  state: 'parked',
  parkedUntil: 9,
  parkedReason: 'why',
  code: 'jira-unavailable',
  detail: 'd',
};
const FAILED: RunChange = { state: 'failed', code: 'unexpected' };
const DONE: RunChange = { state: 'done', notified: true };

describe('a change of state', () => {
  const AFTER_PARKED = { code: 'jira-unavailable', detail: 'd' };
  it.each<{ name: string; changes: RunChange[]; kept: object }>([
    { name: 'running', changes: [RUNNING, { state: 'running' }], kept: { runner: 'r1' } },
    { name: 'queued again', changes: [RUNNING, { state: 'queued' }], kept: {} },
    { name: 'parked', changes: [PARKED], kept: { parkedUntil: 9, parkedReason: 'why', ...AFTER_PARKED } },
    {
      name: 'parked for longer',
      changes: [PARKED, { state: 'parked' }],
      kept: { parkedUntil: 9, parkedReason: 'why', ...AFTER_PARKED },
    },
    { name: 'parked without a reason', changes: [{ state: 'parked' }, { state: 'parked' }], kept: {} },
    { name: 'planned again', changes: [PARKED, { state: 'planned' }], kept: AFTER_PARKED },
    {
      name: 'queued after it was planned',
      changes: [PARKED, { state: 'planned' }, { state: 'queued' }],
      kept: AFTER_PARKED,
    },
    { name: 'running again', changes: [PARKED, { state: 'running', runner: 'r2' }], kept: { runner: 'r2' } },
    { name: 'cancelled', changes: [PARKED, { state: 'cancelled' }], kept: {} },
    { name: 'failed', changes: [RUNNING, FAILED], kept: { code: 'unexpected' } },
  ])('leaves a run that is $name with what still holds', async ({ changes, kept }) => {
    const { move, ledger } = createFixture();
    const { runner, parkedUntil, parkedReason, code, detail } = await move('run-1', ...changes);
    const left = { runner, parkedUntil, parkedReason, code, detail };
    expect(Object.fromEntries(Object.entries(left).filter(([, value]) => value !== undefined))).toEqual(kept);
    const row = await ledger.get('run-1');
    expect(
      Object.keys(row)
        .filter((name) => name in left)
        .sort(),
    ).toEqual(Object.keys(kept).sort());
  });

  it('is an event that says why, which attempt and which runner', async () => {
    const { clock, move, ledger } = createFixture();
    const startedAt = clock.now();
    await move('run-1', RUNNING, { state: 'queued', reason: 'interrupted' }, { state: 'running', attempt: 2 });
    expect(await ledger.listEvents('run-1')).toEqual([
      { runId: 'run-1', at: startedAt, name: 'planned', fields: { attempt: 0 } },
      { runId: 'run-1', at: startedAt + 1000, name: 'running', fields: { attempt: 1, runner: 'r1' } },
      { runId: 'run-1', at: startedAt + 2000, name: 'queued', fields: { attempt: 1, reason: 'interrupted' } },
      { runId: 'run-1', at: startedAt + 3000, name: 'running', fields: { attempt: 2 } },
    ]);
  });

  it('keeps the events before it, also by a caller who copied the run', async () => {
    const { create, ledger } = createFixture();
    const record = await create();
    await ledger.update({ ...record }, RUNNING);
    expect((await ledger.listEvents('run-1')).map(({ name }) => name)).toEqual(['planned', 'running']);
  });

  it.each<{ name: string; changes: RunChange[]; change: RunChange; error: object }>([
    { name: 'of a final run', changes: [FAILED], change: RUNNING, error: { code: 'run-final', detail: 'run-1' } },
    {
      name: 'that no run makes',
      changes: [],
      change: DONE,
      error: new RangeError('A run does not go from planned to done'),
    },
  ])('$name is refused by name', async ({ changes, change, error }) => {
    const { move, ledger } = createFixture();
    const record = await move('run-1', ...changes);
    await expect(ledger.update(record, change)).rejects.toMatchObject(error);
  });
});

describe('a run', () => {
  it('that is not known is named', async () => {
    const { ledger } = createFixture();
    await expect(ledger.get('run-0')).rejects.toMatchObject({ code: 'run-unknown', detail: 'run-0' });
  });

  it('is listed with others of its state only', async () => {
    const { move, ledger } = createFixture();
    await move('run-1', RUNNING);
    await move('run-2', PARKED);
    await move('run-3', RUNNING);
    const idsOf = async (state: 'running' | 'parked' | 'failed') =>
      (await ledger.listByState(state)).map(({ runId }) => runId);
    expect([await idsOf('running'), await idsOf('parked'), await idsOf('failed')]).toEqual([
      ['run-1', 'run-3'],
      ['run-2'],
      [],
    ]);
  });
});

describe('the notification about a run', () => {
  it('is for a final run of which it is still due', async () => {
    const { move, ledger } = createFixture();
    const running = await move('run-1', RUNNING);
    expect(await ledger.acquireNotification(running, 5)).toBeUndefined();
    await expect(ledger.markNotified(running)).rejects.toThrow(
      new RangeError('Only a final run is marked as notified, not a running one'),
    );
    const notified = await move('run-2', RUNNING, DONE);
    expect(await ledger.acquireNotification(notified, 5)).toBeUndefined();
    expect(await ledger.get('run-1')).toEqual(running);
    expect(await ledger.get('run-2')).toEqual(notified);
  });

  it('is counted each time it is tried, and given once', async () => {
    const { move, ledger } = createFixture();
    const first = must(await ledger.acquireNotification(await move('run-1', FAILED), 5));
    const second = must(await ledger.acquireNotification(first, 7));
    expect(second).toMatchObject({ notifyAttempts: 2, notifyAfter: 7, notified: false });
    const notified = must(await ledger.markNotified(second));
    expect(await ledger.markNotified(notified)).toBe(notified);
    expect(await ledger.get('run-1')).toEqual(notified);
    expect((await ledger.listEvents('run-1')).map(({ name }) => name)).toEqual(['planned', 'failed']);
  });
});

describe('runs that are looked for by time', () => {
  it('are none between a time and one before it', async () => {
    const { clock, create, ledger } = createFixture();
    await create();
    expect(await ledger.listCreated(clock.now() + 5, clock.now())).toEqual([]);
    expect(await ledger.listCreated(0, 0)).toEqual([]);
    expect(await ledger.listCreated(-5, clock.now() + 1)).toEqual(['run-1']);
  });

  it('are found by the key of an index row that names no run', async () => {
    const { clock, ledger, rows, create } = createFixture();
    await create();
    const key = buildTableKey('by', EVERYTHING, newestFirst(clock.now()), 'run-1');
    await rows.runs.write('runs', [{ kind: 'put', key, fields: {} }]);
    expect(await ledger.listCreated(0, clock.now() + 1)).toEqual(['run-1']);
    expect((await ledger.listRecent(EVERYTHING, 5)).map(({ runId }) => runId)).toEqual(['run-1']);
  });

  it('are those that are there: one that is gone is no unreadable one', async () => {
    const { clock, ledger, rows, create } = createFixture();
    for (const runId of ['run-1', 'run-2', 'run-3']) {
      await create(runId);
      await clock.advance(1000);
    }
    await rows.runs.write('runs', [{ kind: 'remove', key: buildTableKey('run', 'run-2') }]);
    await corruptRun(rows.runs, 'run-3');
    const unreadable: string[] = [];
    const since: string[] = [];
    for await (const { runId } of ledger.listSince(EVERYTHING, 0, (runId) => unreadable.push(runId))) since.push(runId);
    const options = { onUnreadable: (runId: string) => void unreadable.push(runId) };
    const recent = await ledger.listRecent(EVERYTHING, 5, options);
    expect([since, recent.map(({ runId }) => runId), unreadable]).toEqual([['run-1'], ['run-1'], ['run-3', 'run-3']]);
    expect(await ledger.listRecent(EVERYTHING, 5)).toHaveLength(1);
  });
});

it('lists the newest runs in one answer with as many index rows as are shown, however many there are', async () => {
  const { clock, ledger, rows, create } = createFixture();
  for (let index = 0; index < 40; index += 1) {
    await create(`run-${index}`);
    await clock.advance(1000);
  }
  const { list } = rows.runs;
  const pages: (number | undefined)[] = [];
  rows.runs.list = (partition, range) => {
    pages.push(range?.page);
    return list(partition, range);
  };
  const counted = countRows(rows.runs);
  const first = await ledger.listRecent(EVERYTHING, 10);
  expect([first.length, pages, counted.counts()]).toEqual([10, [10], { find: 10, write: 0, list: 1, listed: 10 }]);

  counted.reset();
  const second = await ledger.listRecent(EVERYTHING, 10, { after: first.at(-1) });
  expect(second.map(({ runId }) => runId)).toEqual(Array.from({ length: 10 }, (_, index) => `run-${29 - index}`));
  // The list goes on after the last run of the first one, which stands at its beginning.
  expect([pages.at(-1), counted.counts()]).toEqual([11, { find: 10, write: 0, list: 1, listed: 11 }]);
});

describe('runs that are forgotten', () => {
  it('ended before a time and are not excepted; what their index shows of others stays', async () => {
    const { clock, ledger, move, create } = createFixture();
    await move('run-kept', RUNNING, DONE);
    await move('run-old', RUNNING, DONE);
    const endedAt = clock.now();
    await move('run-waiting', RUNNING, FAILED);
    const except = new Set(['run-kept']);

    expect(await ledger.purge(endedAt, 10, { except })).toMatchObject({ purged: 0 });
    expect(await ledger.purge(endedAt + 1, 0, { except })).toMatchObject({ purged: 0 });
    expect(await ledger.purge(endedAt + 1, 10, { except })).toMatchObject({ purged: 1 });
    await clock.advance(1_000_000);
    expect(await ledger.purge(clock.now(), 10, { except })).toMatchObject({ purged: 0 });
    await create('run-new');
    expect(await ledger.listCreated(0, clock.now() + 1)).toEqual(['run-kept', 'run-waiting', 'run-new']);
  });

  it('are not counted when another sweep forgot them first', async () => {
    const { clock, ledger, move, rows } = createFixture();
    await move('run-1', RUNNING, DONE);
    rows.runs.write = async () => undefined;
    expect(await ledger.purge(clock.now() + 1, 10)).toMatchObject({ purged: 0 });
  });

  it('have no events left, also of more than one write', async () => {
    const { clock, ledger, move, rows } = createFixture();
    await move('run-1', RUNNING, DONE);
    const at = clock.now();
    await ledger.append(...Array.from({ length: 205 }, () => ({ runId: 'run-1', at, name: 'cloned' })));
    await ledger.append({ runId: 'run-2', at, name: 'cloned' });
    expect(await ledger.purge(clock.now() + 1, 10)).toMatchObject({ purged: 1 });
    const left: string[] = [];
    for (const runId of ['run-1', 'run-2']) for await (const { key } of rows.runevents.list(runId)) left.push(key);
    expect(left).toHaveLength(1);
  });
});

it('a task that does not fit is refused with its length', async () => {
  const { ledger } = createFixture();
  const task = anEchoTask({ text: 'x'.repeat(40_000) });
  await expect(ledger.create({ runId: 'run-1', dedupKey: 'k', task })).rejects.toMatchObject({
    code: 'task-too-large',
    detail: `${JSON.stringify(task).length} characters`,
  });
});

it('a change is one write, and runs that are too new to be forgotten are not read', async () => {
  const { clock, create, ledger, rows } = createFixture();
  const record = await create();
  const counted = countRows(rows.runs);
  const running = must(await ledger.update(record, RUNNING));
  await ledger.update(running, FAILED);
  expect(counted.total()).toBe(2);
  counted.reset();
  expect(await ledger.purge(clock.now() - 1, 10)).toMatchObject({ purged: 0 });
  expect(counted.total()).toBe(1);
});

it('index rows name their run, as the first version wrote them', async () => {
  const { create, rows } = createFixture();
  await create();
  const fields: object[] = [];
  for await (const row of rows.runs.list('runs', buildKeyRange('by'))) fields.push(row.fields);
  expect(fields).toEqual(Array.from(fields, () => ({ runId: 'run-1' })));
  expect(fields.length).toBeGreaterThan(2);
});

it('text that is no JSON is named as such and not repeated', async () => {
  const { ledger, rows, create } = createFixture();
  await create();
  const row = must(await rows.runs.find('runs', 'run:run-1'));
  await rows.runs.write('runs', [{ kind: 'put', key: row.key, fields: { ...row.fields, task: 'private' } }]);
  const error = await ledger.get('run-1').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ cause: { issues: [{ code: 'custom', path: ['task'], message: 'not JSON' }] } });
  expect(String((error as Error).cause)).not.toContain('private');
});

it('a row that is no run is refused in words', async () => {
  const { ledger, rows } = createFixture();
  await corruptRun(rows.runs, 'run-1');
  const error = { code: 'unexpected', detail: 'a run row cannot be read', cause: expect.anything() };
  await expect(ledger.get('run-1')).rejects.toMatchObject(error);
  await expect(ledger.listEvents('run-1')).rejects.toMatchObject(error);
  await rows.runevents.write('run-2', [{ kind: 'put', key: 'k', fields: { at: 'x' } }]);
  await expect(ledger.listEvents('run-2')).rejects.toMatchObject({ ...error, detail: 'a run event cannot be read' });
});

describe('a step over the runs that are forgotten', () => {
  it('goes on after the last one, so that runs that stay are read once', async () => {
    const { clock, ledger, move, create, rows } = createFixture();
    for (const runId of ['run-1', 'run-2', 'run-3']) await move(runId, RUNNING, DONE);
    for (const runId of ['open-1', 'open-2']) await create(runId);
    await move('kept-1', RUNNING, DONE);
    await clock.advance(1000);
    const counted = countRows(rows.runs);
    const except = new Set(['kept-1']);

    const first = await ledger.purge(clock.now(), 1, { except });
    expect(first).toEqual({ purged: 1, next: { runId: 'run-3', createdAt: expect.any(Number) } });
    expect(counted.counts()).toEqual({ find: 3, write: 1, list: 1, listed: 5 });
    counted.reset();
    const second = await ledger.purge(clock.now(), 1, { except, after: first.next });
    expect(second).toMatchObject({ purged: 1, next: { runId: 'run-2' } });
    expect(counted.counts()).toEqual({ find: 1, write: 1, list: 1, listed: 2 });
    counted.reset();
    expect(await ledger.purge(clock.now(), 1, { except, after: second.next })).toEqual({ purged: 1 });
    expect(counted.counts()).toEqual({ find: 1, write: 1, list: 1, listed: 1 });
  });

  it('ends after a thousand runs that stay, and goes on there', async () => {
    const { clock, ledger, create, move } = createFixture();
    await move('run-1', RUNNING, DONE);
    for (let n = 0; n < 1000; n += 1) await create(`open-${n}`);
    const first = await ledger.purge(clock.now() + 1, 5);
    expect(first).toMatchObject({ purged: 0, next: { createdAt: clock.now() } });
    expect(await ledger.purge(clock.now() + 1, 5, { after: first.next })).toEqual({ purged: 1 });
  });
});
