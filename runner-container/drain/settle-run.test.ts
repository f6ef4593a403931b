import { expect, it } from 'vitest';

import type { RunChange } from '../../shared/domain/ports/run-ledger.ts';
import type { Outcome } from '../../shared/domain/runs/outcome.ts';
import type { Run } from '../../shared/domain/runs/run.ts';
import { MINUTE } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { admitTask } from '../../shared/services/runs/admit-task.ts';
import { DRAIN_TIMES } from '../../test/builders/drain.ts';
import { aCodingTask } from '../../test/builders/tasks.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../test/doubles/memory-log.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { noteCalls } from '../../test/doubles/note-calls.ts';
import { beginRun } from './begin-run.ts';
import { planLeaseTimes } from './lease-times.ts';
import { type SettleRunDeps, settleRun } from './settle-run.ts';

const DONE: Outcome = { kind: 'done', result: { what: 'echo' } };
const RETRY: Outcome = { kind: 'retry', code: 'clone-failed' };
const GIVE_UP: Outcome = { kind: 'give-up', code: 'push-rejected' };

/** A run that is ours, with everything that settles it; begun unless it has no attempts. */
async function createFixture({ maxAttempts = 5 } = {}) {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const log = createMemoryLog();
  const notified: Run[] = [];
  const deps: SettleRunDeps = {
    ...storage,
    clock,
    log,
    maxAttempts,
    times: planLeaseTimes(DRAIN_TIMES.leaseMs),
    notify: async (run) => void notified.push(run),
  };
  const { runId } = await admitTask(aCodingTask(), { ...storage, clock, log });
  const message = await storage.queue.lease({ visibilityTimeoutSeconds: 180 });
  if (message?.kind !== 'task') throw new Error('no task was leased');
  const begun = await beginRun(message, clock.now(), { ...deps, ...storage, runnerId: 'a' });
  if (begun.kind !== 'begun' && begun.kind !== 'exhausted') throw new Error('the run is not ours');
  const held = { message, record: begun.record, lock: begun.lock };
  const move = async (change: RunChange) => storage.ledger.update(await storage.ledger.get(runId), change);
  log.lines.length = 0;
  return { ...storage, clock, log, notified, deps, runId, held, move };
}

it.each<{ ending: Outcome; state: string; notifications: number }>([
  { ending: DONE, state: 'done', notifications: 0 },
  { ending: RETRY, state: 'parked', notifications: 0 },
  { ending: GIVE_UP, state: 'failed', notifications: 1 },
])(
  'leaves the run $state, notifies $notifications times, and frees scope and message',
  async ({ ending, ...expected }) => {
    const { deps, held, ledger, scopes, queue, notified, runId, log } = await createFixture();
    expect(await settleRun(held, ending, deps)).toBe(expected.state);
    expect((await ledger.get(runId)).state).toBe(expected.state);
    expect(notified).toHaveLength(expected.notifications);
    expect(await scopes.list()).toEqual([]);
    expect((await queue.getDepth()).count).toBe(0);
    expect(log.lines).toEqual([]);
  },
);

it.each([
  { name: 'what the attempt worked with', facts: { model: 'a-model' }, written: { model: 'a-model' } },
  { name: 'nothing where nothing was noted', facts: {}, written: undefined },
])('writes $name', async ({ facts, written }) => {
  const { deps, held, ledger } = await createFixture();
  const changes: RunChange[] = [];
  const update: typeof ledger.update = (record, change) => {
    changes.push(change);
    return ledger.update(record, change);
  };
  await settleRun({ ...held, facts }, DONE, { ...deps, ledger: { ...ledger, update } });
  expect(changes.map(({ facts: noted }) => noted)).toEqual([written]);
});

it('repeats only the step that failed', async () => {
  const { deps, held, ledger, scopes, queue, clock, notified } = await createFixture();
  const steps: string[] = [];
  let failures = 2;
  const settled = settleRun(held, GIVE_UP, {
    ...deps,
    announceRun: async (_, moment) => void steps.push(moment),
    ledger: {
      ...ledger,
      update: noteCalls(steps, 'update', ledger.update),
      get: noteCalls(steps, 'get', ledger.get),
    },
    scopes: { release: noteCalls(steps, 'release', scopes.release) },
    queue: {
      ...queue,
      complete: async (message) => {
        steps.push('complete');
        failures -= 1;
        if (failures >= 0) throw new TaskError('storage-unavailable');
        return queue.complete(message);
      },
    },
  });
  await clock.advance(MINUTE);
  expect(await settled).toBe('failed');
  expect(steps).toEqual(['ended', 'update', 'release', 'complete', 'complete', 'complete']);
  expect(notified).toHaveLength(1);
});

it.each<{ name: string; change: RunChange; state: string }>([
  { name: 'the sweeper sent the run again', change: { state: 'planned' }, state: 'planned' },
  { name: 'a person cancelled it', change: { state: 'cancelled', notified: true }, state: 'cancelled' },
  { name: 'another runner has it', change: { state: 'running', runner: 'b/1.1' }, state: 'running' },
])('lets stand what became of a run meanwhile: $name', async ({ change, state }) => {
  const { deps, held, ledger, queue, move, log, runId } = await createFixture();
  const moved = await move(change);
  expect(await settleRun(held, { kind: 'exhausted' }, deps)).toBe(state);
  expect(await ledger.get(runId)).toEqual(moved);
  expect(await queue.getDepth()).toMatchObject({ count: 0, poisonCount: 0 });
  expect(log.lines).toEqual([{ level: 'warn', event: 'run was moved meanwhile', fields: { state } }]);
});

it('lets stand that a person cancelled a run that was tried too often to begin', async () => {
  const { deps, held, ledger, move, runId } = await createFixture({ maxAttempts: 0 });
  const cancelled = await move({ state: 'cancelled', notified: true });
  expect(await settleRun(held, { kind: 'exhausted' }, deps)).toBe('cancelled');
  expect(await ledger.get(runId)).toEqual(cancelled);
});

it('writes once more where the run is still ours and only its row has changed', async () => {
  const { deps, held, ledger, queue, move, runId, log } = await createFixture();
  await move({ state: 'running', runner: held.record.runner ?? '' });
  expect(await settleRun(held, { kind: 'exhausted' }, deps)).toBe('failed');
  expect(await ledger.get(runId)).toMatchObject({ state: 'failed', code: 'too-many-attempts' });
  expect(await queue.getDepth()).toMatchObject({ count: 0, poisonCount: 1 });
  expect(log.lines).toEqual([]);
});

it('leaves the run to the next runner when its row changes faster than it can be written', async () => {
  const { deps, held, ledger, clock, log, queue } = await createFixture();
  const settled = settleRun(held, DONE, { ...deps, ledger: { ...ledger, update: async () => undefined } });
  await clock.advance(2 * MINUTE);
  expect(await settled).toBeUndefined();
  expect(log.lines.at(-1)).toMatchObject({
    event: 'run not settled',
    fields: { error: { detail: 'the run changed faster than it could be written' } },
  });
  expect((await queue.getDepth()).count).toBe(1);
});
