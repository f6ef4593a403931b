import { expect, it } from 'vitest';

import { SECOND } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { DRAIN_TIMES } from '../../test/builders/drain.ts';
import { anEchoTask } from '../../test/builders/tasks.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../test/doubles/memory-log.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { planLeaseTimes } from './lease-times.ts';
import type { MessageEnding } from './plan-settlement.ts';
import { settle, settleUnbegun, settleWithin } from './settle.ts';

function createFixture() {
  const clock = createManualClock();
  const { queue, parts } = createMemoryStorage({ clock });
  return { clock, queue, parts, log: createMemoryLog(), times: planLeaseTimes(DRAIN_TIMES.leaseMs) };
}

async function leaseOne({ queue }: ReturnType<typeof createFixture>) {
  await queue.enqueue(anEchoTask(), { runId: 'run-1' });
  const message = await queue.lease({ visibilityTimeoutSeconds: 180 });
  if (message?.kind !== 'task') throw new Error('no task was leased');
  return message;
}

const ENDINGS: { ending: MessageEnding; left: object; visible: number }[] = [
  { ending: { word: 'complete' }, left: { count: 0, poisonCount: 0 }, visible: 0 },
  { ending: { word: 'release' }, left: { count: 1, poisonCount: 0 }, visible: 1 },
  { ending: { word: 'resend', task: anEchoTask() }, left: { count: 1, poisonCount: 0 }, visible: 1 },
  { ending: { word: 'poison', reason: 'clone-failed' }, left: { count: 0, poisonCount: 1 }, visible: 0 },
];

it.each(ENDINGS)('ends a message with "$ending.word"', async ({ ending, left, visible }) => {
  const deps = createFixture();
  expect(await settle(await leaseOne(deps), ending, deps)).toBe('done');
  expect(await deps.queue.getDepth()).toMatchObject(left);
  expect(await deps.queue.peek()).toHaveLength(visible);
  expect(deps.log.lines).toEqual([]);
});

it.each(ENDINGS)('says so when it is too late to end a message with "$ending.word"', async ({ ending }) => {
  const deps = createFixture();
  const message = await leaseOne(deps);
  await deps.clock.advance(180 * SECOND);
  await deps.queue.lease({ visibilityTimeoutSeconds: 180 });
  expect(await settle(message, ending, deps)).toBe('lost');
  expect(deps.log.lines).toEqual([
    { level: 'warn', event: 'message lease was lost before it ended', fields: { word: ending.word } },
  ]);
});

it('poisons a message that cannot be read, also where another ending was meant for it', async () => {
  const deps = createFixture();
  await deps.parts.tasks.send('hello');
  const message = await deps.queue.lease({ visibilityTimeoutSeconds: 180 });
  if (!message) throw new Error('no message was leased');
  await settle(message, { word: 'complete' }, deps);
  expect(await deps.queue.listPoison()).toMatchObject([{ reason: 'message-unreadable', body: 'hello' }]);
});

it('gives back a message whose run was not begun as a new one, whose deliveries count from one', async () => {
  const deps = createFixture();
  await settleUnbegun(await leaseOne(deps), deps);
  expect(await deps.queue.getDepth()).toMatchObject({ count: 1, poisonCount: 0 });
  expect(await deps.queue.lease({ visibilityTimeoutSeconds: 180 })).toMatchObject({ runId: 'run-1', attempt: 1 });
  expect(deps.log.lines).toEqual([]);
});

it('leaves a message where it is when it cannot be given back', async () => {
  const deps = createFixture();
  const message = await leaseOne(deps);
  const error = new TaskError('storage-unavailable');
  await settleUnbegun(message, { ...deps, queue: { ...deps.queue, enqueue: () => Promise.reject(error) } });
  expect(deps.log.lines).toEqual([{ level: 'warn', event: 'message not given back', fields: { error } }]);
  expect(await deps.queue.getDepth()).toMatchObject({ count: 1 });
});

it('tries an ending after 1, 2, 4, 8 and then every 15 seconds, for 80 seconds in all', async () => {
  const deps = createFixture();
  const startedAt = deps.clock.now();
  const tries: number[] = [];
  const error = new TaskError('storage-unavailable');
  const settled = settleWithin(async () => {
    tries.push((deps.clock.now() - startedAt) / SECOND);
    throw error;
  }, deps);
  await deps.clock.advance(200 * SECOND);
  expect(await settled).toBe(false);
  expect(tries).toEqual([0, 1, 3, 7, 15, 30, 45, 60, 75]);
  expect(deps.log.lines).toEqual([
    ...Array(8).fill({ level: 'warn', event: 'settling again', fields: { error } }),
    { level: 'error', event: 'run not settled', fields: { error } },
  ]);
});

it('tries an ending once more at the last moment of its time', async () => {
  const deps = createFixture();
  let tries = 0;
  const settled = settleWithin(
    async () => {
      tries += 1;
      if (tries < 3) throw new TaskError('storage-unavailable');
    },
    { ...deps, times: { ...deps.times, settleWithinMs: 3 * SECOND } },
  );
  await deps.clock.advance(10 * SECOND);
  expect([await settled, tries]).toEqual([true, 3]);
});

it.each([{ error: new TaskError('storage-refused') }, { error: new Error('a bug') }])(
  'tries nothing again that time does not mend: $error.message',
  async ({ error }) => {
    let tries = 0;
    const settled = settleWithin(async () => {
      tries += 1;
      throw error;
    }, createFixture());
    await expect(settled).rejects.toBe(error);
    expect(tries).toBe(1);
  },
);
