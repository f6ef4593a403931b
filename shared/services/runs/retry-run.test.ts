import { describe, expect, it } from 'vitest';

import { aCodingTask } from '../../../test/builders/tasks.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { formatPoisonMessage, formatTaskMessage } from '../../adapters/storage/queues/wire-format.ts';
import type { MessageLease } from '../../domain/ports/task-queue.ts';
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
  return { ...storage, deps: { ...storage, clock, log: silentLog }, lease, poison, poisonUnreadable };
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

describe('a message that an earlier release gave up because it could not read it', () => {
  const setAside = async ({ queue, parts }: ReturnType<typeof createFixture>, text: string) => {
    await parts.poison.send(formatPoisonMessage({ reason: 'message-unreadable', attempt: 5, body: text }));
    return (await queue.listPoison())[0]?.messageId ?? '';
  };

  it('has its own run go on, with one more message', async () => {
    const fixture = createFixture();
    const { deps, queue, ledger, lease } = fixture;
    const { runId } = await admitTask(aCodingTask(), deps);
    await queue.complete((await lease()) as MessageLease);
    const messageId = await setAside(fixture, formatTaskMessage(aCodingTask(), runId));
    expect(await requeuePoison(messageId, deps)).toEqual({ kind: 'duplicate', runId });
    expect(await queue.getDepth()).toMatchObject({ count: 1, poisonCount: 0 });
    expect(await queue.peek()).toMatchObject([{ runId }]);
    expect(await ledger.listOpen()).toMatchObject([{ runId, state: 'queued' }]);
  });

  it('is no second message for a run that waits or is at work', async () => {
    const fixture = createFixture();
    const { deps, queue, ledger } = fixture;
    const { runId } = await admitTask(aCodingTask(), deps);
    await ledger.update(await ledger.get(runId), { state: 'running', attempt: 1 });
    const messageId = await setAside(fixture, formatTaskMessage(aCodingTask(), runId));
    expect(await requeuePoison(messageId, deps)).toEqual({ kind: 'duplicate', runId });
    expect(await queue.getDepth()).toMatchObject({ count: 1, poisonCount: 0 });
    expect(await ledger.get(runId)).toMatchObject({ state: 'running' });
  });

  it('is a new run where its own is over', async () => {
    const fixture = createFixture();
    const { deps, queue, ledger } = fixture;
    const { runId } = await admitTask(aCodingTask(), deps);
    await endRun(runId, { state: 'cancelled', reason: 'asked' }, deps);
    const messageId = await setAside(fixture, formatTaskMessage(aCodingTask(), runId));
    const admission = await requeuePoison(messageId, deps);
    expect(admission).toMatchObject({ kind: 'admitted', runId: expect.not.stringContaining(runId) });
    expect(await ledger.get(admission?.runId ?? '')).toMatchObject({ state: 'queued' });
    expect(await queue.getDepth()).toMatchObject({ poisonCount: 0 });
  });
});

it('requeues no message that holds no task, and leaves it where it is', async () => {
  const { deps, queue, poisonUnreadable } = createFixture();
  await poisonUnreadable();
  const [message] = await queue.listPoison();
  expect(await requeuePoison(message?.messageId ?? '', deps)).toBeUndefined();
  expect(await queue.getDepth()).toMatchObject({ count: 0, poisonCount: 1 });
});
