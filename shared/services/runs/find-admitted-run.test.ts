import { expect, it } from 'vitest';

import { aCodingTask, anEchoTask } from '../../../test/builders/tasks.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { buildRunId } from '../../domain/runs/run-id.ts';
import { silentLog } from '../../kernel/log.ts';
import { admitTask } from './admit-task.ts';
import { endRun } from './end-run.ts';
import { findAdmittedRun } from './find-admitted-run.ts';

const TASK = aCodingTask();

function createFixture() {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const deps = { ...storage, clock, log: silentLog };
  const admit = async (reloadedAt?: number) => (await admitTask(TASK, deps, { reloadedAt })).runId;
  const end = async (runId: string) => endRun(runId, { state: 'cancelled', reason: 'asked' }, deps);
  const find = async (reloadedAt?: number) =>
    (await findAdmittedRun(TASK, { ledger: storage.ledger, reloadedAt }))?.runId;
  return { ...storage, clock, admit, end, find };
}

it('finds none for a task that was never admitted', async () => {
  expect(await createFixture().find()).toBeUndefined();
});

it('finds the run of the task beside one that has the same short id', async () => {
  const { ledger, admit, find } = createFixture();
  await ledger.create({ runId: buildRunId(TASK.id), dedupKey: 'another', task: anEchoTask() });
  expect(await find()).toBeUndefined();
  expect(await admit()).toBe(buildRunId(TASK.id, 1));
  expect(await find()).toBe(buildRunId(TASK.id, 1));
});

it('finds none where the map was replaced after the run had ended, until there is another one', async () => {
  const { clock, admit, end, find } = createFixture();
  const first = await admit();
  expect(await find(clock.now() + 1)).toBe(first);
  await end(first);
  expect([await find(), await find(clock.now()), await find(clock.now() + 1)]).toEqual([first, first, undefined]);

  await clock.advance(10);
  const reloadedAt = clock.now();
  const second = await admit(reloadedAt);
  expect([await find(), await find(reloadedAt)]).toEqual([first, second]);
  await end(second);
  expect([await find(reloadedAt), await find(reloadedAt + 1)]).toEqual([second, undefined]);
});

it('keeps what was tried in shadow for the answer, however often the map is replaced', async () => {
  const { ledger, clock, admit, find } = createFixture();
  const runId = await admit();
  const result = { what: 'shadow-change' };
  let record = await ledger.update(await ledger.get(runId), { state: 'running', attempt: 1 });
  record = record && (await ledger.update(record, { state: 'done', result }));
  await clock.advance(1000);
  expect(await find(clock.now())).toBe(runId);
});
