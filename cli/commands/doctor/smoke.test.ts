import { expect, it } from 'vitest';
import type { RunChange } from '../../../shared/domain/ports/run-ledger.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import { SmokeOptions, smoke } from './smoke.ts';

/** Storage and a runner that changes the run at these seconds. */
function start(changes: Record<number, RunChange>, options: Record<string, unknown> = {}, names: string[] = []) {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock, images: names });
  const io = createMemoryIO({ clock });
  const ended = smoke(SmokeOptions.parse(options), io, createMemoryTools({ storage, runnerImages: { names } }));
  const play = async (untilSeconds: number) => {
    for (let second = 1; second <= untilSeconds; second += 1) {
      await clock.advance(1000);
      const change = changes[second];
      const [run] = await storage.ledger.listOpen();
      if (change && run) await storage.ledger.update(await storage.ledger.get(run.runId), change);
    }
  };
  return { io, storage, ended, play };
}

it('says when a runner took the task and when it was done', async () => {
  const { io, ended, play, storage } = start({
    31: { state: 'running', attempt: 1, runner: 'r' },
    35: { state: 'done', result: { what: 'echo' } },
  });
  await play(40);
  expect(await ended).toBe(0);
  expect(io.stdout).toBe('A runner took the task after 32 s; it was done after 36 s.\n');
  expect(io.stderr).toMatch(/^sent as run \S+; waiting for a runner\n$/);
  expect((await storage.queue.getDepth()).count).toBe(1);
});

it.each<{ name: string; changes: Record<number, RunChange>; says: RegExp }>([
  { name: 'no runner took it', changes: {}, says: /no runner took the task within 60 s: look at the executions/ },
  {
    name: 'it did not end',
    changes: { 3: { state: 'running', attempt: 1, runner: 'r' } },
    says: /a runner took the task, and it is running after 60 s/,
  },
  { name: 'it failed', changes: { 3: { state: 'failed', code: 'unexpected' } }, says: /ended as failed, unexpected/ },
])('ends with 1 and what to look at when $name', async ({ changes, says }) => {
  const { io, ended, play } = start(changes, { within: '1m', json: true });
  await play(70);
  expect(await ended).toBe(1);
  expect(io.stderr).toMatch(says);
  expect(io.stderr).toMatch(/`cmap run show \S+` says more/);
  expect(JSON.parse(io.stdout)).toMatchObject({ ok: false, runId: expect.any(String) });
});

it('sends a task to the runners of each image, and names those that took none', async () => {
  const { io, storage, ended, play } = start({}, { within: '1m' }, ['python']);
  await play(1);
  const waiting = await storage.queue.peek();
  expect(waiting.map(({ task }) => task?.image)).toEqual([undefined, 'python']);
  expect(io.stderr).toMatch(/waiting for a runner\nsent as run \S+; waiting for a runner with the image python\n$/);
  const done = await storage.ledger.get(waiting[0]?.runId ?? '');
  const running = await storage.ledger.update(done, { state: 'running', attempt: 1, runner: 'r' });
  if (running) await storage.ledger.update(running, { state: 'done', result: { what: 'echo' } });
  await play(70);
  expect(await ended).toBe(1);
  expect(io.stderr).toMatch(/cmap: python: no runner took the task within 60 s/);
  expect(io.stderr).not.toMatch(/default: /);
});

it('says of each image how long it took', async () => {
  const { io, storage, ended, play } = start({}, { json: true }, ['python']);
  await play(1);
  for (const { runId = '' } of await storage.queue.peek()) {
    const running = await storage.ledger.update(await storage.ledger.get(runId), { state: 'running', runner: 'r' });
    if (running) await storage.ledger.update(running, { state: 'done', result: { what: 'echo' } });
  }
  await play(4);
  expect(await ended).toBe(0);
  const images = [{ image: 'default' }, { image: 'python', state: 'done', seconds: 2 }];
  expect(JSON.parse(io.stdout)).toMatchObject({ ok: true, state: 'done', seconds: 2, images });
});
