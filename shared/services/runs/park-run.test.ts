import { expect, it } from 'vitest';

import { aCodingTask } from '../../../test/builders/tasks.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { parkRun } from './park-run.ts';

async function aRunningRun() {
  const clock = createManualClock();
  const { ledger } = createMemoryStorage({ clock });
  const record = await ledger.create({ runId: 'run-1', dedupKey: 'run-1', task: aCodingTask() });
  const running = record && (await ledger.update(record, { state: 'running', attempt: 2 }));
  if (!running) throw new Error('not arranged');
  return { ledger, running, until: clock.now() + 5000 };
}

it('lets a run wait until a time, and keeps why', async () => {
  const { ledger, running, until } = await aRunningRun();
  const change = { until, reason: 'scope-busy', attempt: 1, code: 'clone-failed', detail: 'no answer' };
  const parked = await parkRun(running, change, { ledger });
  expect(parked).toMatchObject({
    state: 'parked',
    parkedUntil: until,
    parkedReason: 'scope-busy',
    attempt: 1,
    code: 'clone-failed',
    detail: 'no answer',
  });
  expect(await ledger.get('run-1')).toEqual(parked);
  expect((await ledger.listEvents('run-1')).at(-1)).toMatchObject({ name: 'parked', fields: { reason: 'scope-busy' } });
});

it('leaves a run that another process has moved since it was read', async () => {
  const { ledger, running, until } = await aRunningRun();
  await ledger.update(running, { state: 'cancelled' });
  expect(await parkRun(running, { until, reason: 'budget' }, { ledger })).toBeUndefined();
  expect(await ledger.get('run-1')).toMatchObject({ state: 'cancelled' });
});
