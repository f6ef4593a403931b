import { describe, expect, it } from 'vitest';

import {
  depthOf,
  type MessageLease,
  type TaskQueue,
  type UnreadableMessageLease,
} from '../../shared/domain/ports/task-queue.ts';
import { aCodingTask, anEchoTask } from '../builders/tasks.ts';
import type { StorageFixture } from './storage-fixture.ts';

/** Longer than any test may take: a message leased for it is held until the test itself gives it back. */
const HELD = { visibilityTimeoutSeconds: 3600 };

/** A fixture whose task queue also takes raw texts. */
export interface QueueFixture extends StorageFixture {
  sendRaw(text: string): Promise<void>;
}

/** What every implementation of the task queue keeps. */
export function describeTaskQueue(createFixture: () => Promise<QueueFixture>): void {
  describe('task queue', () => {
    it('delivers a task with its run id, and nothing when it is empty', async () => {
      const { queue } = await createFixture();
      const task = aCodingTask({ credentialRef: 'platform_team', traceparent: '00-aa-bb-01' });
      expect(await queue.lease(HELD)).toBeUndefined();
      await queue.enqueue(task, { runId: 'run-1' });
      expect(await leaseTask(queue)).toMatchObject({ kind: 'task', runId: 'run-1', task, attempt: 1 });
      expect(await queue.lease(HELD)).toBeUndefined();
    });

    it('carries any text', async () => {
      const { queue } = await createFixture();
      const task = anEchoTask({ text: 'ä💡 \u0000\u001f\ufffe <a href="x">&amp;</a> \ud800' });
      await queue.enqueue(task, { runId: 'run-1' });
      expect((await leaseTask(queue)).task).toEqual(task);
    });

    it('shows a leased message again when its time is over, counts deliveries, and knows the first lease as lost', async () => {
      const { queue, eventually } = await createFixture();
      await queue.enqueue(anEchoTask(), { runId: 'run-1' });
      const first = await leaseTask(queue, { visibilityTimeoutSeconds: 1 });
      const second = await eventually(() => queue.lease(HELD));
      expect(second).toMatchObject({ runId: 'run-1', attempt: 2, messageId: first.messageId });
      expect(await queue.renew(first, HELD)).toBe('lost');
      expect(await queue.complete(first)).toBe('lost');
      expect(await queue.release(first)).toBe('lost');
      expect(await queue.complete(second as MessageLease)).toBe('done');
      expect((await queue.getDepth()).count).toBe(0);
    });

    it('sends a task that is leased from the beginning, and counts none of that as a delivery', async () => {
      const { queue, eventually } = await createFixture();
      const task = aCodingTask();
      const lease = await queue.enqueueLeased(task, { runId: 'run-1', attempt: 2, ...HELD });
      expect(lease).toMatchObject({ kind: 'task', runId: 'run-1', task, attempt: 2 });
      expect(await queue.lease(HELD)).toBeUndefined();
      expect((await queue.getDepth()).count).toBe(1);
      expect(await queue.renew(lease, { visibilityTimeoutSeconds: 1 })).toBe('done');
      const delivered = await eventually(() => queue.lease(HELD));
      expect(delivered).toMatchObject({ runId: 'run-1', task, attempt: 1, messageId: lease.messageId });
      expect(await queue.complete(lease)).toBe('lost');
      expect(await queue.complete(delivered as MessageLease)).toBe('done');
    });

    it('keeps a renewed lease and needs its newest receipt by itself', async () => {
      const { queue } = await createFixture();
      await queue.enqueue(anEchoTask(), { runId: 'run-1' });
      const lease = await leaseTask(queue, { visibilityTimeoutSeconds: 5 });
      for (let renewal = 0; renewal < 3; renewal += 1) {
        expect(await queue.renew(lease, HELD)).toBe('done');
      }
      expect(await queue.lease(HELD)).toBeUndefined();
      expect(await queue.complete(lease)).toBe('done');
      expect(await queue.complete(lease)).toBe('lost');
    });

    it('shows a released message at once', async () => {
      const { queue } = await createFixture();
      await queue.enqueue(anEchoTask(), { runId: 'run-1' });
      expect(await queue.release(await leaseTask(queue))).toBe('done');
      expect((await leaseTask(queue)).attempt).toBe(2);
    });

    it('gives each of many messages to one of many runners', async () => {
      const { queue } = await createFixture();
      for (let n = 0; n < 20; n += 1) await queue.enqueue(anEchoTask(), { runId: `run-${n}` });
      const leases = await Promise.all(Array.from({ length: 30 }, () => queue.lease(HELD)));
      const ids = leases.flatMap((lease) => (lease?.kind === 'task' ? [lease.runId] : []));
      expect(ids).toHaveLength(20);
      expect(new Set(ids).size).toBe(20);
    });

    it('counts leased messages and gives the age of the oldest visible one', async () => {
      const { queue } = await createFixture();
      expect(await queue.getDepth()).toEqual({ count: 0, poisonCount: 0 });
      await queue.enqueue(anEchoTask(), { runId: 'run-1' });
      expect((await queue.getDepth()).oldestAt).toBeGreaterThan(Date.UTC(2025));
      await leaseTask(queue);
      expect(await queue.getDepth()).toEqual({ count: 1, poisonCount: 0 });
    });

    it('moves a task to poison with its reason, finds it there and drops it', async () => {
      const { queue } = await createFixture();
      const tasks = [anEchoTask(), anEchoTask(), anEchoTask()];
      for (const [n, task] of tasks.entries()) await queue.enqueue(task, { runId: `run-${n}` });
      for (const _ of tasks) await queue.moveToPoison(await leaseTask(queue), 'gitlab-unavailable');
      expect(await queue.getDepth()).toEqual({ count: 0, poisonCount: 3 });

      const poisoned = await queue.listPoison();
      expect(poisoned.map(({ runId }) => runId).sort()).toEqual(['run-0', 'run-1', 'run-2']);
      const second = poisoned.find(({ runId }) => runId === 'run-1');
      expect(second).toMatchObject({ reason: 'gitlab-unavailable', attempt: 1, task: tasks[1] });
      expect(await queue.findPoison(second?.messageId ?? '')).toEqual(second);

      expect(await queue.dropPoison(second?.messageId ?? '')).toBe(true);
      expect(await queue.dropPoison(second?.messageId ?? '')).toBe(false);
      expect(await queue.findPoison(second?.messageId ?? '')).toBeUndefined();
      // The others are visible again at once.
      expect((await queue.listPoison()).map(({ runId }) => runId).sort()).toEqual(['run-0', 'run-2']);
    });

    it('peeks without leasing', async () => {
      const { queue, sendRaw } = await createFixture();
      const task = anEchoTask();
      await queue.enqueue(task, { runId: 'run-1' });
      await sendRaw('hello');
      const peeked = await queue.peek();
      expect(peeked.find(({ runId }) => runId)).toMatchObject({ runId: 'run-1', task, attempt: 0 });
      expect(peeked.find(({ runId }) => !runId)).toMatchObject({ reason: 'the message is not JSON' });
      expect(await queue.lease(HELD)).toBeDefined();
    });

    it('hands out an unreadable message as such and keeps its text in poison', async () => {
      const { queue, sendRaw } = await createFixture();
      await sendRaw('{"version":1,"runId":"run-1","task":{"kind":"dance"}}');
      const lease = await queue.lease(HELD);
      const reason = 'the task has the kind dance, which this release does not know';
      expect(lease).toMatchObject({ kind: 'unreadable', reason });
      await queue.moveToPoison(lease as UnreadableMessageLease, 'message-unreadable');
      expect(await queue.listPoison()).toMatchObject([
        { reason: 'message-unreadable', body: expect.stringContaining('dance') },
      ]);
    });

    it('refuses a task above 64 KiB before sending it', async () => {
      const { queue } = await createFixture();
      const task = aCodingTask({ issueKey: `P-${'1'.repeat(66_000)}`, id: 'big', scope: 'big' });
      await expect(queue.enqueue(task, { runId: 'run-1' })).rejects.toMatchObject({ code: 'task-too-large' });
      expect((await queue.getDepth()).count).toBe(0);
    });
  });
}

/** One account as processes of several images see it: `open` gives the queue of one that leases for an image. */
export interface ImageFixture {
  open(ownImage?: string): TaskQueue;
}

/** What every implementation keeps where there are runners of several images: here of `python` and `java`. */
export function describeImageQueues(createFixture: () => Promise<ImageFixture>): void {
  describe('task queue with images', () => {
    it('keeps the tasks of each image for its runners', async () => {
      const { open } = await createFixture();
      const [python, other] = [aCodingTask({ image: 'python' }), aCodingTask({ id: 'coding~PROJ-2~1' })];
      await open().enqueue(python, { runId: 'run-1' });
      await open('java').enqueue(other, { runId: 'run-2' });
      expect(await open('java').lease(HELD)).toBeUndefined();
      expect(await leaseTask(open())).toMatchObject({ runId: 'run-2', task: other });
      expect(await leaseTask(open('python'))).toMatchObject({ runId: 'run-1', task: python });
    });

    it('keeps a task whose image has no queue for the default runners', async () => {
      const { open } = await createFixture();
      await open().enqueue(aCodingTask({ image: 'cobol' }), { runId: 'run-1' });
      expect(await leaseTask(open())).toMatchObject({ runId: 'run-1', task: { image: 'cobol' } });
    });

    it('renews, releases, poisons and completes what a runner of an image has', async () => {
      const { open } = await createFixture();
      const queue = open('python');
      for (const runId of ['run-1', 'run-2']) await queue.enqueue(aCodingTask({ image: 'python' }), { runId });
      const first = await leaseTask(queue);
      expect(await queue.renew(first, HELD)).toBe('done');
      expect(await queue.release(first)).toBe('done');
      await queue.moveToPoison(await leaseTask(queue), 'gitlab-unavailable');
      expect(await queue.complete(await leaseTask(queue))).toBe('done');
      expect(await open().getDepth()).toMatchObject({ count: 0, poisonCount: 1 });
      expect(await open('java').listPoison()).toMatchObject([{ task: { image: 'python' } }]);
    });

    it('counts and shows what waits for each image, to every process', async () => {
      const { open } = await createFixture();
      for (const n of [1, 2]) await open().enqueue(aCodingTask({ image: 'python' }), { runId: `run-${n}` });
      await open().enqueue(anEchoTask(), { runId: 'run-3' });
      const depth = await open('java').getDepth();
      expect(depth).toMatchObject({ count: 3, poisonCount: 0, oldestAt: expect.any(Number) });
      expect(depth.byImage?.map(({ image = 'default', count }) => `${image} ${count}`)).toEqual([
        'default 1',
        'python 2',
        'java 0',
      ]);
      expect(depthOf(depth, 'python')).toMatchObject({ count: 2 });
      expect(depthOf(depth, 'cobol')).toMatchObject({ count: 1 });
      expect((await open('java').peek()).map(({ runId }) => runId).sort()).toEqual(['run-1', 'run-2', 'run-3']);
    });
  });
}

async function leaseTask(queue: TaskQueue, { visibilityTimeoutSeconds } = HELD): Promise<MessageLease> {
  const lease = await queue.lease({ visibilityTimeoutSeconds });
  expect(lease?.kind).toBe('task');
  return lease as MessageLease; // asserted above
}
