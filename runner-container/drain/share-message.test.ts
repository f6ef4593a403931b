import { describe, expect, it } from 'vitest';
import { createTaskQueue } from '../../shared/adapters/storage/queues/create-task-queue.ts';
import type { MessageLease } from '../../shared/domain/ports/task-queue.ts';
import { MINUTE, SECOND } from '../../shared/kernel/clock.ts';
import { aCodingTask } from '../../test/builders/tasks.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../test/doubles/memory-log.ts';
import { createMemoryMessages } from '../../test/doubles/memory-messages.ts';
import { shareMessage } from './share-message.ts';

const LEASE = { visibilityTimeoutSeconds: 180 };

/** A runner that has begun so many runs, the first with the message that is kept. */
async function withRuns(count: number) {
  const clock = createManualClock();
  const tasks = createMemoryMessages(clock);
  const poison = createMemoryMessages(clock);
  const queue = createTaskQueue({ tasks, poison });
  const log = createMemoryLog();
  const shared = shareMessage(queue, LEASE.visibilityTimeoutSeconds, log);
  const leases: MessageLease[] = [];
  for (let n = 1; n <= count; n += 1) {
    const id = `coding~PROJ-${n}~1`;
    await queue.enqueue(aCodingTask({ id, scope: `issue~PROJ-${n}` }), { runId: `run-${n}` });
    const lease = (await shared.lease(LEASE)) as MessageLease;
    await shared.begun(lease);
    leases.push(lease);
  }
  /** The run ids of the messages that can be seen once all leases are over. */
  const listAfterLeases = async () => {
    await clock.advance(180 * SECOND);
    return (await queue.peek()).map(({ runId }) => runId);
  };
  return { clock, tasks, queue, shared, log, leases, listAfterLeases };
}

/** Those of the runs, which the tests know to be there. */
const take = ([first, second, third]: MessageLease[]) =>
  [first, second, third] as [MessageLease, MessageLease, MessageLease];

describe('runs that share a message', () => {
  it('have one between them, that of the first', async () => {
    const { tasks, shared, listAfterLeases } = await withRuns(3);
    expect(await tasks.count()).toBe(1);
    expect(shared.willGiveUp()).toBe(true);
    expect(await listAfterLeases()).toEqual(['run-1']);
  });

  it('keep it as long as any of them renews, and ask for nothing where there is no message', async () => {
    const { clock, tasks, shared, leases } = await withRuns(2);
    const [first, second] = take(leases);
    for (let minute = 0; minute < 5; minute += 1) {
      await clock.advance(MINUTE);
      expect(await shared.renew(second, LEASE)).toBe('done');
      expect(await shared.renew(first, LEASE)).toBe('done');
    }
    expect(await tasks.peek(32)).toEqual([]);
    expect(await tasks.count()).toBe(1);
  });

  it.each<{ how: string; end: 'complete' | 'release' }>([
    { how: 'is over', end: 'complete' },
    { how: 'is given back', end: 'release' },
  ])('pass it on when the run that has it $how', async ({ end }) => {
    const { clock, tasks, shared, leases, listAfterLeases } = await withRuns(3);
    const [first, second, third] = take(leases);
    expect(await shared[end](first)).toBe('done');
    expect(await tasks.count()).toBe(end === 'complete' ? 1 : 2);
    await clock.advance(MINUTE);
    expect(await shared.renew(second, LEASE)).toBe('done');
    expect(await shared.renew(third, LEASE)).toBe('done');
    await clock.advance(2.5 * MINUTE);
    const seen = (await tasks.peek(32)).length;
    expect(seen, 'the second run holds the message').toBe(end === 'complete' ? 0 : 1);
    expect(await listAfterLeases()).toContain('run-2');
  });

  it('leave none behind when all are over, in any order and at once', async () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      const { tasks, shared, leases } = await withRuns(3);
      for (const place of order) expect(await shared.complete(leases[place] as MessageLease)).toBe('done');
      expect(await tasks.count()).toBe(0);
      expect(shared.willGiveUp()).toBe(false);
    }
    const { tasks, shared, leases } = await withRuns(3);
    await Promise.all(leases.map((lease) => shared.complete(lease)));
    expect(await tasks.count()).toBe(0);
  });

  it('send a message for one that is given back without having one', async () => {
    const { shared, leases, queue } = await withRuns(2);
    const [, second] = take(leases);
    expect(await shared.release(second)).toBe('done');
    expect((await queue.peek()).map(({ runId }) => runId)).toEqual(['run-2']);
  });

  it.each([0, 1, 2])('keep what is given up where operators look for it: run %i', async (place) => {
    const { queue, shared, leases, tasks } = await withRuns(3);
    expect(await shared.moveToPoison(leases[place] as MessageLease, 'too-many-attempts')).toBe('done');
    expect(await queue.listPoison()).toMatchObject([{ runId: `run-${place + 1}`, attempt: 1 }]);
    expect(await tasks.count()).toBe(1);
  });

  it('get another one where theirs was lost', async () => {
    const { clock, tasks, queue, shared, leases } = await withRuns(2);
    const [first, second] = take(leases);
    await clock.advance(180 * SECOND);
    // Another runner has it now.
    await queue.lease(LEASE);
    expect(await shared.renew(first, LEASE)).toBe('lost');
    await shared.forget(first);
    expect(await tasks.count()).toBe(2);
    expect(await shared.complete(second)).toBe('done');
    expect(await tasks.count()).toBe(1);
  });

  it('say so with the next message where the runner had none any more', async () => {
    const { shared, leases } = await withRuns(1);
    expect(shared.willGiveUp()).toBe(true);
    await shared.forget(take(leases)[0]);
    expect(shared.willGiveUp()).toBe(false);
  });

  it('try again to pass it on where storage did not answer', async () => {
    const { tasks, shared, leases } = await withRuns(2);
    const [first] = take(leases);
    const { sendHeld } = tasks;
    tasks.sendHeld = async () => {
      throw new Error('no answer');
    };
    await expect(shared.complete(first)).rejects.toThrow('no answer');
    expect(await tasks.count()).toBe(1);
    tasks.sendHeld = sendHeld;
    expect(await shared.complete(first)).toBe('done');
    expect(await tasks.count()).toBe(1);
  });

  it('live without the one that was given up where the answer to its deletion was lost', async () => {
    const { clock, tasks, queue, shared } = await withRuns(1);
    await queue.enqueue(aCodingTask({ id: 'coding~PROJ-2~1', scope: 'issue~PROJ-2' }), { runId: 'run-2' });
    const second = (await shared.lease(LEASE)) as MessageLease;
    const { remove } = tasks;
    tasks.remove = async (...message) => {
      await remove(...message);
      throw new Error('no answer');
    };
    await expect(shared.begun(second)).rejects.toThrow('no answer');
    tasks.remove = remove;
    await clock.advance(MINUTE);
    expect(await shared.renew(second, LEASE)).toBe('done');
    expect(await shared.complete(second)).toBe('done');
    expect(await tasks.count()).toBe(1);
  });

  it('get another one with a later renewal where storage was away when theirs was lost', async () => {
    const { clock, tasks, shared, leases, listAfterLeases, log } = await withRuns(3);
    const [first, second, third] = take(leases);
    const { sendHeld } = tasks;
    tasks.sendHeld = async () => {
      throw new Error('no answer');
    };
    await expect(shared.forget(first)).rejects.toThrow('no answer');
    expect(await shared.renew(second, LEASE), 'a run lives by its scope lock').toBe('done');
    await clock.advance(0);
    expect(log.lines.map(({ event }) => event)).toEqual(['message not handed over']);
    expect(await tasks.count()).toBe(1);
    tasks.sendHeld = sendHeld;
    expect(await Promise.all([shared.renew(second, LEASE), shared.renew(third, LEASE)])).toEqual(['done', 'done']);
    await clock.advance(0);
    expect(await tasks.count(), 'that of the first, and one for the others').toBe(2);
    expect(await shared.complete(third)).toBe('done');
    expect(await tasks.count()).toBe(2);
    expect(await listAfterLeases()).toEqual(['run-1', 'run-2']);
  });

  it('keep the message of the next run where they have none', async () => {
    const { tasks, queue, shared, leases } = await withRuns(2);
    const [first] = take(leases);
    const { sendHeld } = tasks;
    tasks.sendHeld = async () => {
      throw new Error('no answer');
    };
    await expect(shared.forget(first)).rejects.toThrow('no answer');
    expect(shared.willGiveUp()).toBe(false);
    await queue.enqueue(aCodingTask({ id: 'coding~PROJ-3~1', scope: 'issue~PROJ-3' }), { runId: 'run-3' });
    const third = (await shared.lease(LEASE)) as MessageLease;
    await shared.begun(third);
    tasks.sendHeld = sendHeld;
    expect(await tasks.count()).toBe(2);
    expect(await shared.complete(third)).toBe('done');
    expect(await tasks.count(), 'the second has one in its stead').toBe(2);
  });

  it('leave the messages of others alone', async () => {
    const { queue, shared, tasks } = await withRuns(1);
    await queue.enqueue(aCodingTask({ id: 'coding~PROJ-9~1' }), { runId: 'run-9' });
    const ignored = (await shared.lease(LEASE)) as MessageLease;
    expect(await shared.complete(ignored)).toBe('done');
    expect(await tasks.count()).toBe(1);
    expect(shared.willGiveUp()).toBe(true);
  });
});
