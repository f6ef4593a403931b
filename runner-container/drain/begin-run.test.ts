import { describe, expect, it } from 'vitest';

import type { RunChange } from '../../shared/domain/ports/run-ledger.ts';
import { planRepairTimeouts } from '../../shared/domain/runs/repair-timeouts.ts';
import type { Task } from '../../shared/domain/runs/task.ts';
import { MINUTE, SECOND } from '../../shared/kernel/clock.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { admitTask } from '../../shared/services/runs/admit-task.ts';
import { endRun } from '../../shared/services/runs/end-run.ts';
import { DRAIN_TIMES } from '../../test/builders/drain.ts';
import { aCodingTask } from '../../test/builders/tasks.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { noteCalls } from '../../test/doubles/note-calls.ts';
import { type BeginDeps, beginRun, findOrCreateRun } from './begin-run.ts';
import { planLeaseTimes } from './lease-times.ts';

function createFixture() {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const deps: BeginDeps = {
    ...storage,
    clock,
    log: silentLog,
    runnerId: 'runner-a',
    maxAttempts: 5,
    times: planLeaseTimes(DRAIN_TIMES.leaseMs),
  };
  const admit = async (task: Task = aCodingTask()) =>
    (await admitTask(task, { ...storage, clock, log: silentLog })).runId;
  const lease = async () => {
    const message = await storage.queue.lease({ visibilityTimeoutSeconds: 180 });
    if (message?.kind !== 'task') throw new Error('no task was leased');
    return message;
  };
  const begin = async (overrides: Partial<BeginDeps> = {}) => {
    const message = await lease();
    return beginRun(message, clock.now(), { ...deps, ...overrides });
  };
  /** Changes the run as if that had happened before its message was leased. */
  const change = async (runId: string, values: RunChange) =>
    storage.ledger.update(await storage.ledger.get(runId), values);
  return { ...storage, clock, deps, admit, lease, begin, change };
}

describe('a run that is begun', () => {
  it('is running in its first attempt and has its scope, after one write to each', async () => {
    const { admit, lease, deps, ledger, scopes, clock } = createFixture();
    const runId = await admit();
    const message = await lease();
    const writes: string[] = [];
    const beginning = await beginRun(message, clock.now(), {
      ...deps,
      scopes: { ...scopes, take: noteCalls(writes, 'take', scopes.take) },
      ledger: {
        ...ledger,
        update: noteCalls(writes, 'update', ledger.update),
        create: () => Promise.reject(new Error('the run is there')),
      },
    });
    expect(writes).toEqual(['take', 'update']);
    expect(beginning).toMatchObject({
      kind: 'begun',
      record: { runId, state: 'running', attempt: 1, runner: `runner-a/${message.messageId}.1` },
      lock: {
        scope: 'issue~PROJ-12',
        holder: `runner-a/${message.messageId}.1`,
        expiresAt: clock.now() + 150 * SECOND,
      },
    });
    expect(await ledger.get(runId)).toEqual(beginning.kind === 'begun' && beginning.record);
  });

  it.each([
    { slowMs: 40 * SECOND, lockedMs: 110 * SECOND },
    { slowMs: 170 * SECOND, lockedMs: 60 * SECOND },
  ])(
    'has its scope for so long from its lease, until a first renewal at least: $lockedMs',
    async ({ slowMs, lockedMs }) => {
      const { admit, lease, deps, clock } = createFixture();
      await admit();
      const message = await lease();
      const leasedAt = clock.now();
      await clock.advance(slowMs);
      expect(await beginRun(message, leasedAt, deps)).toMatchObject({ lock: { expiresAt: clock.now() + lockedMs } });
    },
  );

  it.each<{ name: string; parkedUntil: number; begins: boolean }>([
    { name: 'that is due', parkedUntil: 0, begins: true },
    { name: 'that waits for its time', parkedUntil: 1, begins: false },
  ])('may be a parked one $name: $begins', async ({ parkedUntil, begins }) => {
    const { admit, begin, change, clock } = createFixture();
    const runId = await admit();
    await change(runId, { state: 'parked', parkedUntil: clock.now() + parkedUntil });
    expect(await begin()).toMatchObject(begins ? { kind: 'begun' } : { kind: 'ignored', reason: 'parked' });
  });

  it('may be a parked one without a time', async () => {
    const { admit, begin, change } = createFixture();
    await change(await admit(), { state: 'parked' });
    expect(await begin()).toMatchObject({ kind: 'begun' });
  });
});

describe('a message about which nothing is to be done', () => {
  it('is of a run that is over', async () => {
    const { admit, begin, change } = createFixture();
    await change(await admit(), { state: 'cancelled' });
    expect(await begin()).toEqual({ kind: 'ignored', reason: 'final' });
  });

  it('is of a run that is at work', async () => {
    const { admit, begin, queue } = createFixture();
    const task = aCodingTask();
    const runId = await admit(task);
    await begin();
    await queue.enqueue(task, { runId });
    expect(await begin()).toEqual({ kind: 'ignored', reason: 'in-progress' });
  });
});

describe('a run that was tried too often', () => {
  it.each([
    { name: 'after four attempts it is tried', attempt: 4, exhausted: false },
    { name: 'after five it is not', attempt: 5, exhausted: true },
    { name: 'outages do not count', attempt: 9, outages: 5, exhausted: false },
  ])('$name', async ({ attempt, outages = 0, exhausted }) => {
    const { admit, begin, change } = createFixture();
    await change(await admit(), { state: 'queued', attempt, outages });
    expect((await begin()).kind).toBe(exhausted ? 'exhausted' : 'begun');
  });

  it.each([
    { name: 'the fifth delivery is tried', deliveries: 5, exhausted: false },
    { name: 'the sixth is not', deliveries: 6, exhausted: true },
    { name: 'one that was interrupted counts for none', deliveries: 6, interruptions: 1, exhausted: false },
    { name: 'and not for two', deliveries: 7, interruptions: 1, exhausted: true },
  ])('$name', async ({ deliveries, interruptions = 0, exhausted }) => {
    const { admit, begin, change, queue, clock, scopes } = createFixture();
    await change(await admit(), { state: 'queued', interruptions });
    for (let earlier = 1; earlier < deliveries; earlier += 1) {
      await queue.lease({ visibilityTimeoutSeconds: 1 });
      await clock.advance(SECOND);
    }
    expect((await begin()).kind).toBe(exhausted ? 'exhausted' : 'begun');
    expect(await scopes.list()).toHaveLength(1);
  });
});

describe('a run whose scope another run has', () => {
  it('waits for it without a message, for ten minutes unless said otherwise', async () => {
    const { admit, begin, ledger, scopes, clock } = createFixture();
    const first = await admit(aCodingTask({ id: 'one' }));
    await begin();
    const second = await admit(aCodingTask({ id: 'two' }));
    expect(await begin()).toEqual({ kind: 'parked' });
    expect(await ledger.get(second)).toMatchObject({ state: 'parked', parkedUntil: clock.now() + 10 * MINUTE });
    expect(await scopes.find('issue~PROJ-12')).toMatchObject({ runId: first, waiting: [second] });

    const third = await admit(aCodingTask({ id: 'three' }));
    await begin({ repairTimeouts: planRepairTimeouts(MINUTE) });
    expect(await ledger.get(third)).toMatchObject({ parkedUntil: clock.now() + 5 * MINUTE });
  });

  it('is sent again when the scope came free meanwhile', async () => {
    const { admit, begin, ledger, scopes, queue } = createFixture();
    await admit(aCodingTask({ id: 'one' }));
    await begin();
    const second = await admit(aCodingTask({ id: 'two' }));
    expect(await begin({ scopes: { ...scopes, waitFor: async () => false } })).toEqual({ kind: 'parked' });
    expect(await ledger.get(second)).toMatchObject({ state: 'queued' });
    expect((await ledger.listEvents(second)).map(({ name, fields }) => [name, fields?.['reason']])).toEqual([
      ['planned', undefined],
      ['queued', undefined],
      ['parked', 'scope-busy'],
      ['planned', 'scope-free'],
      ['queued', undefined],
    ]);
    expect(await queue.peek()).toMatchObject([{ runId: second }]);
  });

  it('does not wait when a person has ended it meanwhile', async () => {
    const { admit, begin, ledger, scopes, clock } = createFixture();
    await admit(aCodingTask({ id: 'one' }));
    await begin();
    const second = await admit(aCodingTask({ id: 'two' }));
    const update: typeof ledger.update = async (record, values) => {
      if (values.state === 'parked') await endRun(second, { state: 'cancelled', reason: 'asked' }, { ledger, clock });
      return ledger.update(record, values);
    };
    expect(await begin({ ledger: { ...ledger, update } })).toEqual({ kind: 'ignored', reason: 'final' });
    expect(await scopes.find('issue~PROJ-12')).toMatchObject({ waiting: [] });
  });
});

describe('a run that cannot be written', () => {
  it('is given up after twenty tries, and its scope is free', async () => {
    const { admit, begin, ledger, scopes, clock } = createFixture();
    await admit();
    const begun = begin({ ledger: { ...ledger, update: async () => undefined } });
    const refused = expect(begun).rejects.toMatchObject({
      code: 'storage-unavailable',
      detail: 'the run changed faster than it could be written',
    });
    await clock.advance(MINUTE);
    await refused;
    expect(await scopes.list()).toEqual([]);
  });
});

it('makes the run of a message that has none, and finds the one that another process made at the same moment', async () => {
  const { ledger, queue, lease } = createFixture();
  await queue.enqueue(aCodingTask(), { runId: 'run-by-hand' });
  const message = await lease();
  const made = await findOrCreateRun(message, { ledger });
  expect(made).toMatchObject({ runId: 'run-by-hand', state: 'planned' });
  expect(await findOrCreateRun(message, { ledger: { ...ledger, find: async () => undefined } })).toEqual(made);
});
