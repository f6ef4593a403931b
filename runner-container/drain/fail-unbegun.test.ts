import { expect, it } from 'vitest';

import type { RunLedger } from '../../shared/domain/ports/run-ledger.ts';
import type { Run } from '../../shared/domain/runs/run.ts';
import { MINUTE } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { admitTask } from '../../shared/services/runs/admit-task.ts';
import { DRAIN_TIMES } from '../../test/builders/drain.ts';
import { aCodingTask } from '../../test/builders/tasks.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../test/doubles/memory-log.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { failUnbegun } from './fail-unbegun.ts';
import { planLeaseTimes } from './lease-times.ts';

async function createFixture() {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const log = createMemoryLog();
  const notified: Run[] = [];
  const { runId } = await admitTask(aCodingTask(), { ...storage, clock, log });
  const message = await storage.queue.lease({ visibilityTimeoutSeconds: 180 });
  if (message?.kind !== 'task') throw new Error('no task was leased');
  log.lines.length = 0;
  const notify = async (run: Run) => void notified.push(run);
  const fail = (ledger: Partial<RunLedger> = {}) =>
    failUnbegun(message, 'unexpected', {
      ...storage,
      clock,
      log,
      notify,
      times: planLeaseTimes(DRAIN_TIMES.leaseMs),
      ledger: { ...storage.ledger, ...ledger },
    });
  return { ...storage, clock, log, notified, runId, fail };
}

it('fails the run, notifies the person, and poisons the message', async () => {
  const { fail, ledger, queue, notified, runId, log } = await createFixture();
  expect(await fail()).toBe(true);
  expect(await ledger.get(runId)).toMatchObject({ state: 'failed', code: 'unexpected', notified: true });
  expect((await ledger.listEvents(runId)).at(-1)).toMatchObject({ name: 'failed', fields: { reason: 'unexpected' } });
  expect(notified).toMatchObject([{ runId, state: 'failed' }]);
  expect(await queue.listPoison()).toMatchObject([{ runId, reason: 'unexpected' }]);
  expect(log.lines).toEqual([]);
});

it('leaves a run that is over as it is, and poisons the message', async () => {
  const { fail, ledger, queue, notified, runId, log } = await createFixture();
  const over = await ledger.update(await ledger.get(runId), { state: 'cancelled', notified: true });
  expect(await fail()).toBe(true);
  expect(await ledger.get(runId)).toEqual(over);
  expect(notified).toEqual([]);
  expect((await queue.getDepth()).poisonCount).toBe(1);
  expect(log.lines).toEqual([]);
});

it('fails the run as it is then, where it was written meanwhile', async () => {
  const { fail, ledger, runId } = await createFixture();
  let losses = 1;
  const update: RunLedger['update'] = async (record, change) => {
    losses -= 1;
    return losses >= 0 ? undefined : ledger.update(record, change);
  };
  expect(await fail({ update })).toBe(true);
  expect((await ledger.get(runId)).state).toBe('failed');
});

it.each([{ error: new Error('a strange row') }, { error: new TaskError('run-unknown') }])(
  'poisons the message of a run whose row cannot be read, and says so: $error.message',
  async ({ error }) => {
    const { fail, queue, notified, log } = await createFixture();
    expect(await fail({ find: () => Promise.reject(error) })).toBe(true);
    expect(log.lines).toEqual([{ level: 'error', event: 'run not failed', fields: { error } }]);
    expect(notified).toEqual([]);
    expect((await queue.getDepth()).poisonCount).toBe(1);
  },
);

it('poisons nothing when storage refuses', async () => {
  const { fail, queue } = await createFixture();
  const find = () => Promise.reject(new TaskError('storage-refused'));
  await expect(fail({ find })).rejects.toMatchObject({ code: 'storage-refused' });
  expect(await queue.getDepth()).toMatchObject({ count: 1, poisonCount: 0 });
});

it.each<{ name: string; ledger: Partial<RunLedger>; detail: string | undefined }>([
  {
    name: 'storage does not answer',
    ledger: { find: () => Promise.reject(new TaskError('storage-unavailable')) },
    detail: undefined,
  },
  {
    name: 'the row changes faster than it can be written',
    ledger: { update: async () => undefined },
    detail: 'the run changed faster than it could be written',
  },
])('leaves the message to come back when $name for too long', async ({ ledger, detail }) => {
  const { fail, queue, clock, log } = await createFixture();
  const failed = fail(ledger);
  await clock.advance(2 * MINUTE);
  expect(await failed).toBe(false);
  expect(log.lines.at(-1)).toMatchObject({ event: 'run not settled', fields: { error: { detail } } });
  expect(await queue.getDepth()).toMatchObject({ count: 1, poisonCount: 0 });
});
