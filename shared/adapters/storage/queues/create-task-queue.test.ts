import { describe, expect, it } from 'vitest';
import { anEchoTask } from '../../../../test/builders/tasks.ts';
import { createManualClock } from '../../../../test/doubles/manual-clock.ts';
import { createMemoryMessages } from '../../../../test/doubles/memory-messages.ts';
import type { MessageLease } from '../../../domain/ports/task-queue.ts';
import { createTaskQueue } from './create-task-queue.ts';
import type { Messages } from './messages.ts';

const MINUTE = { visibilityTimeoutSeconds: 60 };

/** Counts what is asked of a queue of messages. */
function counting(messages: Messages): Messages & { calls: string[] } {
  const calls: string[] = [];
  return {
    ...messages,
    calls,
    receive: (count, seconds) => {
      calls.push(`receive ${count} for ${seconds}`);
      return messages.receive(count, seconds);
    },
    setVisibility: (messageId, receipt, seconds) => {
      calls.push(`show ${messageId} in ${seconds}`);
      return messages.setVisibility(messageId, receipt, seconds);
    },
  };
}

/** A queue with so many messages that were given up, by the ids `message-1` and so on. */
async function withPoison(count: number) {
  const clock = createManualClock();
  const tasks = createMemoryMessages(clock);
  const poison = counting(createMemoryMessages(clock));
  const queue = createTaskQueue({ tasks, poison });
  for (let n = 1; n <= count; n += 1) {
    await queue.enqueue(anEchoTask(), { runId: `run-${n}` });
    await queue.moveToPoison((await queue.lease(MINUTE)) as MessageLease, 'unexpected');
  }
  return { clock, tasks, poison, queue };
}

describe('what the length of all queues costs', () => {
  const asked = async (images: readonly string[]) => {
    const calls: string[] = [];
    const open = (name: string): Messages => {
      const messages = createMemoryMessages(createManualClock());
      return {
        ...messages,
        count: () => {
          calls.push(`count ${name}`);
          return messages.count();
        },
        peek: (count) => {
          calls.push(`peek ${name}`);
          return messages.peek(count);
        },
      };
    };
    const ofImages = new Map(images.map((image) => [image, open(image)]));
    const depth = await createTaskQueue({ tasks: open('tasks'), images: ofImages, poison: open('poison') }).getDepth();
    return { depth, calls: calls.sort() };
  };

  it('is three requests without further images, whose answer says nothing of images', async () => {
    expect(await asked([])).toEqual({
      depth: { count: 0, poisonCount: 0 },
      calls: ['count poison', 'count tasks', 'peek tasks'],
    });
  });

  it('is two more for each', async () => {
    const { calls } = await asked(['python']);
    expect(calls).toEqual(['count poison', 'count python', 'count tasks', 'peek python', 'peek tasks']);
  });
});

it('a lease that came from elsewhere is a mistake of the caller', async () => {
  const { queue, tasks } = await withPoison(0);
  await queue.enqueue(anEchoTask(), { runId: 'run-1' });
  const lease = (await queue.lease(MINUTE)) as MessageLease;
  const error = new TypeError('This lease did not come from this queue');
  await expect(queue.renew({ ...lease }, MINUTE)).rejects.toThrow(error);
  await expect(queue.complete({ ...lease })).rejects.toThrow(error);
  expect(await tasks.count()).toBe(1);
});

describe('a message that was given up', () => {
  it('is found among those in sight without leasing any', async () => {
    const { queue, poison } = await withPoison(2);
    expect(await queue.findPoison('message-2')).toMatchObject({ messageId: 'message-2', runId: 'run-2' });
    expect(poison.calls).toEqual([]);
  });

  it('is looked for until the queue shows no more, and every other one is shown again once', async () => {
    const { queue, poison } = await withPoison(33);
    expect(await queue.dropPoison('message-0')).toBe(false);
    expect(poison.calls.filter((call) => call.startsWith('receive'))).toEqual([
      'receive 32 for 10',
      'receive 32 for 10',
      'receive 32 for 10',
    ]);
    const shown = poison.calls.filter((call) => call.startsWith('show'));
    expect(shown).toEqual(Array.from({ length: 33 }, (_, n) => `show message-${n + 1} in 0`));
  });

  it('is shown again once it was read', async () => {
    const { queue, poison } = await withPoison(33);
    expect(await queue.findPoison('message-33')).toMatchObject({ runId: 'run-33' });
    const shown = poison.calls.filter((call) => call.startsWith('show'));
    expect(shown).toEqual(Array.from({ length: 33 }, (_, n) => `show message-${n + 1} in 0`));
    expect(await queue.listPoison()).toHaveLength(32);
  });

  it('is not looked for in more than forty looks', async () => {
    const { queue, poison } = await withPoison(1);
    let looks = 0;
    poison.receive = async () => {
      looks += 1;
      return [{ messageId: `other-${looks}`, text: 'x', dequeueCount: 1, insertedAt: 0, receipt: 'r' }];
    };
    expect(await queue.dropPoison('message-1')).toBe(false);
    expect(looks).toBe(40);
    expect(poison.calls.filter((call) => call.startsWith('show'))).toHaveLength(40);
  });

  it('stays in sight with the others when it cannot be dropped', async () => {
    const { queue, poison } = await withPoison(3);
    poison.remove = async () => {
      throw new Error('no answer');
    };
    await expect(queue.dropPoison('message-2')).rejects.toThrow('no answer');
    expect(await queue.listPoison()).toHaveLength(3);
  });
});
