import { describe, expect, it } from 'vitest';

import { aCodingTask } from '../../../test/builders/tasks.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { silentLog } from '../../kernel/log.ts';
import { admitTask } from './admit-task.ts';
import { endRun } from './end-run.ts';
import { requeuePoison } from './requeue-poison.ts';
import { retryRun } from './retry-run.ts';

function createFixture() {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const { queue, parts } = storage;
  const lease = async () => {
    const message = await queue.lease({ visibilityTimeoutSeconds: 60 });
    if (!message) throw new Error('no message');
    return message;
  };
  const poison = async (runId: string) => {
    await queue.enqueue(aCodingTask({ id: runId }), { runId });
    await queue.moveToPoison(await lease(), 'too-many-attempts');
  };
  const poisonUnreadable = async () => {
    await parts.tasks.send('no task');
    await queue.moveToPoison(await lease(), 'unreadable');
  };
  return { ...storage, deps: { ...storage, clock, log: silentLog }, poison, poisonUnreadable };
}

const run = (runId: string) => ({ runId, task: aCodingTask({ id: runId }) });

describe('doing the task of a run again', () => {
  it('takes the poisoned message of that run along, and leaves those of others', async () => {
    const { deps, queue, ledger, poison, poisonUnreadable } = createFixture();
    await poisonUnreadable();
    for (const runId of ['run-1', 'run-2']) await poison(runId);

    const { kind, runId } = await retryRun(run('run-2'), deps);

    expect([kind, (await ledger.get(runId)).task.id]).toEqual(['admitted', 'run-2']);
    expect((await queue.listPoison()).map((message) => message.runId)).toEqual([undefined, 'run-1']);
    expect((await queue.getDepth()).count).toBe(1);
  });

  it('makes one run more where there is no poisoned message, however often it is asked for', async () => {
    const { deps, ledger, queue, poison } = createFixture();
    await poison('run-1');
    const { runId } = await admitTask(aCodingTask(), deps);
    await endRun(runId, { state: 'cancelled', reason: 'asked' }, deps);
    const ended = await ledger.get(runId);

    const first = await retryRun(ended, deps);
    expect(first).toMatchObject({ kind: 'admitted', runId: expect.not.stringContaining(runId) });
    expect(await retryRun(ended, deps)).toEqual({ ...first, kind: 'duplicate' });
    expect(await ledger.get(first.runId)).toMatchObject({ state: 'queued', task: ended.task });
    expect(await queue.getDepth()).toMatchObject({ count: 2, poisonCount: 1 });
  });
});

it('requeues no message that holds no task, and leaves it where it is', async () => {
  const { deps, queue, poisonUnreadable } = createFixture();
  await poisonUnreadable();
  const [message] = await queue.listPoison();
  expect(await requeuePoison(message?.messageId ?? '', deps)).toBeUndefined();
  expect(await queue.getDepth()).toMatchObject({ count: 0, poisonCount: 1 });
});
