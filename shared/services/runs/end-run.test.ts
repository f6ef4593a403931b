import { expect, it } from 'vitest';

import { aCodingTask } from '../../../test/builders/tasks.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createSteppedClock } from '../../../test/doubles/stepped-clock.ts';
import type { RunChange, RunLedger } from '../../domain/ports/run-ledger.ts';
import { endRun } from './end-run.ts';

async function aQueuedRun() {
  const clock = createManualClock();
  const { ledger } = createMemoryStorage({ clock });
  const record = await ledger.create({ runId: 'run-1', dedupKey: 'run-1', task: aCodingTask() });
  if (record) await ledger.update(record, { state: 'queued' });
  /** Another process is faster with this change. */
  const losingTo = (change: RunChange): RunLedger => {
    let isFirst = true;
    return {
      ...ledger,
      async update(record, own) {
        if (isFirst) await ledger.update(await ledger.get('run-1'), change);
        isFirst = false;
        return ledger.update(record, own);
      },
    };
  };
  return { ledger, clock, losingTo };
}

const SUPERSEDED = { state: 'superseded', reason: 'newer-head' } as const;

it('keeps why a run ended where people and its history look, and leaves nothing to notify of', async () => {
  const { ledger, clock } = await aQueuedRun();
  const ended = await endRun('run-1', SUPERSEDED, { ledger, clock });
  expect(ended).toMatchObject({ state: 'superseded', detail: 'newer-head', notified: true });
  expect((await ledger.listEvents('run-1')).at(-1)).toMatchObject({
    name: 'superseded',
    fields: { reason: 'newer-head' },
  });
  expect(await ledger.listOpen()).toEqual([]);
});

it.each<{ name: string; other: RunChange; ended: object }>([
  {
    name: 'ends a run that a runner began meanwhile',
    other: { state: 'running', attempt: 1 },
    ended: { state: 'superseded', attempt: 1 },
  },
  {
    name: 'leaves a run that ended meanwhile as it is',
    other: { state: 'failed', code: 'unexpected' },
    ended: { state: 'failed', code: 'unexpected', notified: false },
  },
])('$name', async ({ other, ended }) => {
  const { ledger, clock, losingTo } = await aQueuedRun();
  expect(await endRun('run-1', SUPERSEDED, { ledger: losingTo(other), clock })).toMatchObject(ended);
  expect(await ledger.get('run-1')).toMatchObject(ended);
});

it('says that the run cannot be ended where others are always faster', async () => {
  const { ledger } = await aQueuedRun();
  const losing = { ...ledger, update: async () => undefined };
  await expect(endRun('run-1', SUPERSEDED, { ledger: losing, clock: createSteppedClock() })).rejects.toMatchObject({
    code: 'storage-unavailable',
    detail: 'the run changed faster than it could be written',
  });
});

it('says that there is no such run', async () => {
  const { ledger, clock } = await aQueuedRun();
  await expect(endRun('run-2', SUPERSEDED, { ledger, clock })).rejects.toMatchObject({ code: 'run-unknown' });
});
