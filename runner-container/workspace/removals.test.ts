import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { silentLog } from '../../shared/kernel/log.ts';
import { admitTask } from '../../shared/services/runs/admit-task.ts';
import { DRAIN_TIMES } from '../../test/builders/drain.ts';
import { anEchoTask } from '../../test/builders/tasks.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../test/doubles/memory-log.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { drain } from '../drain/drain.ts';
import { createRemovals } from './removals.ts';
import { withWorkspace } from './workspace.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'cmap-removals-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Removals that take until they are let go, on a disk with this part free. */
function heldRemovals(free = 1) {
  const begun: string[] = [];
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const removals = createRemovals({
    log: silentLog,
    async remove(directory) {
      begun.push(directory);
      await held;
      rmSync(directory, { recursive: true, force: true });
    },
    freePart: async () => free,
  });
  return { removals, begun, letGo };
}

it('a run is settled, its person notified and the next one begun while its workspace is removed', async () => {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const { removals, begun, letGo } = heldRemovals();
  const notified: string[] = [];
  const deps = {
    ...storage,
    ...DRAIN_TIMES,
    clock,
    log: silentLog,
    runnerId: 'runner',
    notify: async ({ runId }: { runId: string }) => void notified.push(runId),
    perform: () =>
      withWorkspace({ root, clock, pid: process.pid, removals }, async () => ({
        kind: 'give-up' as const,
        code: 'change-refused' as const,
      })),
  };
  const runs = [];
  for (const scope of ['a', 'b']) runs.push(await admitTask(anEchoTask({ id: `echo-${scope}`, scope }), deps));

  const report = await drain(deps, new AbortController().signal);

  expect(report).toMatchObject({ settled: 2, failed: 2 });
  expect(notified.toSorted()).toEqual(runs.map(({ runId }) => runId).toSorted());
  // What is still there is closed to the agent of the next run, which may have the same user.
  expect(begun.map((directory) => statSync(directory).mode & 0o777)).toEqual([0o700, 0o700]);
  let hasEnded = false;
  const ended = removals.ended().then(() => {
    hasEnded = true;
  });
  await Promise.resolve();
  expect(hasEnded).toBe(false);
  letGo();
  await ended;
  expect(begun.some((directory) => existsSync(directory))).toBe(false);
});

describe('the next workspace', () => {
  it.each([
    { name: 'is made beside a removal where there is room', free: 0.25, waits: false },
    { name: 'waits for it where the disk is nearly full', free: 0.24, waits: true },
  ])('$name', async ({ free, waits }) => {
    const { removals, letGo } = heldRemovals(free);
    removals.begin(path.join(root, 'ended'));
    let made = false;
    const making = removals.makeRoom(root).then(() => {
      made = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(made).toBe(!waits);
    letGo();
    await making;
  });

  it('waits where the disk does not say how full it is, and asks nothing where nothing is removed', async () => {
    let asked = 0;
    const freePart = async () => {
      asked += 1;
      throw new Error('no such disk');
    };
    const removed: string[] = [];
    const removals = createRemovals({ log: silentLog, remove: async (name) => void removed.push(name), freePart });
    await removals.makeRoom(root);
    expect(asked).toBe(0);
    removals.begin('ended');
    await removals.makeRoom(root);
    expect([asked, removed]).toEqual([1, ['ended']]);
  });
});

it('a directory that cannot be removed is named in the log, and what is begun again is removed again', async () => {
  const log = createMemoryLog();
  let tries = 0;
  const remove = async () => {
    tries += 1;
    throw new Error('busy');
  };
  const removals = createRemovals({ log, remove });
  removals.begin('same');
  removals.begin('same');
  await removals.ended();
  expect(tries).toBe(2);
  expect(log.lines.map(({ level, event }) => [level, event])).toEqual([
    ['warn', 'workspace not removed'],
    ['warn', 'workspace not removed'],
  ]);
});

it('a disk says how much of it is free', async () => {
  const removals = createRemovals({ log: silentLog, remove: async () => {} });
  removals.begin('ended');
  await removals.makeRoom(root);
  await removals.ended();
});
