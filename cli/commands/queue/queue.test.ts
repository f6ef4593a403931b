import { beforeEach, describe, expect, it } from 'vitest';
import { admitCoding } from '../../../test/builders/runs.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { createMemoryStorage, type MemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import { createSteppedClock } from '../../../test/doubles/stepped-clock.ts';
import { queueDrop } from './drop.ts';
import { queueLs } from './ls.ts';
import { queueRequeue } from './requeue.ts';
import { queueShow } from './show.ts';

const NOW = Date.UTC(2026, 0, 31, 10, 20, 30, 123);
const clock = createSteppedClock(NOW);

let storage: MemoryStorage;
let io: ReturnType<typeof createMemoryIO>;
const tools = () => createMemoryTools({ storage });
beforeEach(() => {
  storage = createMemoryStorage({ clock });
  io = createMemoryIO();
});

const admit = (issueKey: string) => admitCoding(issueKey, { ...storage, clock });

/** Admits an issue, lets its run fail and poisons its message; the ids of the run and of the poison message. */
async function poison(issueKey: string) {
  const runId = await admit(issueKey);
  const lease = await storage.queue.lease({ visibilityTimeoutSeconds: 60 });
  if (lease?.kind !== 'task') throw new Error('no task to poison');
  const record = await storage.ledger.update(await storage.ledger.get(runId), { state: 'running', attempt: 1 });
  if (record) await storage.ledger.update(record, { state: 'failed', code: 'too-many-attempts', notified: true });
  await storage.queue.moveToPoison(lease, 'model-unavailable');
  const messages = await storage.queue.listPoison();
  return { runId, messageId: messages.find((message) => message.runId === runId)?.messageId ?? '' };
}

async function poisonUnreadable(): Promise<string> {
  await storage.parts.tasks.send('{"hello": "world"}');
  const lease = await storage.queue.lease({ visibilityTimeoutSeconds: 60 });
  if (!lease) throw new Error('nothing to poison');
  await storage.queue.moveToPoison(lease, 'message-unreadable: the task has a wrong field');
  return (await storage.queue.listPoison())[0]?.messageId ?? '';
}

describe('queue ls', () => {
  it('says so when there is nothing', async () => {
    expect(await queueLs({ json: false }, io, tools())).toBe(0);
    expect(io.stdout).toBe('0 on the queue, 0 poisoned, 0 parked runs\n');
  });

  it('lists poisoned before waiting messages and disturbs neither', async () => {
    const { runId, messageId } = await poison('PROJ-1');
    const waiting = await admit('PROJ-2');

    expect(await queueLs({ json: false }, io, tools())).toBe(0);
    expect(io.stdout).toContain('1 on the queue, 1 poisoned, 0 parked runs');
    expect(io.stdout).toMatch(
      new RegExp(
        `poison +${messageId} +${runId.slice(0, 10)} +coding PROJ-1 .*model-unavailable\nwaiting .*${waiting.slice(0, 10)}`,
      ),
    );
    expect(io.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(await storage.queue.peek()).toMatchObject([{ runId: waiting, attempt: 0 }]);
  });

  it('prints the same as JSON', async () => {
    const { runId } = await poison('PROJ-1');
    await queueLs({ json: true }, io, tools());
    expect(JSON.parse(io.stdout)).toMatchObject({
      ok: true,
      counts: { tasks: 0, poison: 1, parked: 0 },
      messages: [{ place: 'poison', runId, reason: 'model-unavailable', insertedAt: '2026-01-31T10:20:30.123Z' }],
    });
  });
});

describe('with runners of several images', () => {
  beforeEach(async () => {
    storage = createMemoryStorage({ clock, images: ['python'] });
    await admit('PROJ-1');
    await storage.queue.enqueue(aCodingTask({ issueKey: 'PROJ-2', image: 'python' }), { runId: 'run-0002' });
  });

  it('lists what waits for each', async () => {
    expect(await queueLs({ json: false }, io, tools())).toBe(0);
    expect(io.stdout).toMatch(/^2 on the queue, 0 poisoned, 0 parked runs\nby image: default 1, python 1\n/);
    expect(io.stdout).toMatch(/ +REASON +IMAGE\n/);
    expect(io.stdout).toMatch(/coding PROJ-1 .* default\n.*coding PROJ-2 .* python\n/);
  });

  it('prints the same as JSON', async () => {
    await queueLs({ json: true }, io, tools());
    const byImage = [
      { image: 'default', tasks: 1 },
      { image: 'python', tasks: 1 },
    ];
    expect(JSON.parse(io.stdout)).toMatchObject({ counts: { tasks: 2, byImage } });
  });

  it('shows for which a message waits', async () => {
    await queueShow({ id: 'run-0002', json: false }, io, tools());
    expect(io.stdout).toMatch(/credential default, image python\)/);
  });
});

describe('queue show', () => {
  it('explains the reason, the run and the next step; a run id or the beginning of the message id will do', async () => {
    const { runId, messageId } = await poison('PROJ-1');
    for (const id of [messageId, runId, messageId.slice(0, -1)]) {
      io = createMemoryIO();
      expect(await queueShow({ id, json: false }, io, tools())).toBe(0);
      expect(io.stdout).toContain('model-unavailable: The model endpoint did not answer.');
      expect(io.stdout).toContain(`${runId}: failed, attempt 1, too-many-attempts`);
      expect(io.stdout).toContain(`cmap queue requeue ${messageId}`);
    }
  });

  it('shows the content of what could not be read, as one line', async () => {
    const id = await poisonUnreadable();
    await queueShow({ id, json: false }, io, tools());
    expect(io.stdout).toContain('content   "{\\"hello\\": \\"world\\"}"');
    expect(io.stdout).toContain(`cmap queue drop ${id} --yes`);
  });

  it('does not guess between two', async () => {
    await poison('PROJ-1');
    await poison('PROJ-2');
    expect(await queueShow({ id: 'message-', json: false }, io, tools())).toBe(1);
    expect(io.stderr).toContain('several messages fit message-');
  });

  it('says that there is no such message', async () => {
    expect(await queueShow({ id: 'nothing', json: true }, io, tools())).toBe(1);
    expect(JSON.parse(io.stdout)).toEqual({
      ok: false,
      error: 'no waiting or poisoned message nothing; `cmap queue ls` lists them, `cmap run given-up` also failed runs',
    });
  });
});

describe('queue requeue', () => {
  it('gives the task a new run and takes the message away', async () => {
    const { runId, messageId } = await poison('PROJ-1');
    expect(await queueRequeue({ id: messageId, json: true }, io, tools())).toBe(0);
    const answer = JSON.parse(io.stdout) as { runId: string };
    expect(answer).toMatchObject({ ok: true, kind: 'admitted', messageId });
    expect(answer.runId).not.toBe(runId);
    expect(io.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(await storage.queue.peek()).toMatchObject([{ runId: answer.runId }]);
    expect(await storage.queue.listPoison()).toEqual([]);
    expect(await queueRequeue({ id: messageId, json: false }, io, tools())).toBe(1);
  });

  it('refuses what waits already', async () => {
    const runId = await admit('PROJ-1');
    expect(await queueRequeue({ id: runId, json: false }, io, tools())).toBe(1);
    expect(io.stderr).toContain('waits for a runner already');
  });

  it('refuses what cannot run', async () => {
    const id = await poisonUnreadable();
    expect(await queueRequeue({ id, json: false }, io, tools())).toBe(1);
    expect(io.stderr).toContain(`cmap queue drop ${id} --yes`);
    expect(await storage.queue.listPoison()).toHaveLength(1);
  });
});

describe('queue drop', () => {
  it('only says what it would do without --yes', async () => {
    const { messageId } = await poison('PROJ-1');
    expect(await queueDrop({ id: messageId, yes: false, json: false }, io, tools())).toBe(2);
    expect(io.stderr).toContain('nothing was deleted, repeat with --yes');
    expect(await storage.queue.listPoison()).toHaveLength(1);
  });

  it('deletes exactly that message', async () => {
    const { messageId } = await poison('PROJ-1');
    const { messageId: other } = await poison('PROJ-2');
    expect(await queueDrop({ id: messageId, yes: true, json: false }, io, tools())).toBe(0);
    expect(await storage.queue.listPoison()).toMatchObject([{ messageId: other }]);
  });

  it('never drops a message that waits for a runner', async () => {
    const runId = await admit('PROJ-1');
    expect(await queueDrop({ id: runId, yes: true, json: false }, io, tools())).toBe(1);
    expect(await storage.queue.peek()).toHaveLength(1);
  });
});
