import { expect, it } from 'vitest';

import { claimsExtend } from '../cli/commands/claims/extend.ts';
import { claimsRelease } from '../cli/commands/claims/release.ts';
import { type DrainDeps, drain } from '../runner-container/drain/drain.ts';
import type { Perform } from '../runner-container/drain/perform-until-aborted.ts';
import { HOUR, MINUTE, SECOND } from '../shared/kernel/clock.ts';
import { silentLog } from '../shared/kernel/log.ts';
import { admitTask } from '../shared/services/runs/admit-task.ts';
import { sweep } from '../shared/services/runs/sweep.ts';
import { DRAIN_TIMES } from './builders/drain.ts';
import { anIssue } from './builders/jira.ts';
import { aCodingTask } from './builders/tasks.ts';
import { createManualClock } from './doubles/manual-clock.ts';
import { createMemoryIO } from './doubles/memory-io.ts';
import { createMemoryStorage } from './doubles/memory-storage.ts';
import { createMemoryTools } from './doubles/memory-tools.ts';

function createFixture() {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const common = { ...storage, clock, log: silentLog, notify: async () => {} };
  const never = new AbortController().signal;
  /** Who is at work at this moment; the most there ever were. */
  const atWork = { now: 0, most: 0, began: [] as string[] };
  const start = (runnerId: string, work: Perform = async () => ({ kind: 'done', result: { what: 'echo' } })) => {
    const perform: Perform = async (context, signal) => {
      atWork.began.push(`${runnerId} ${context.run.runId} ${context.run.attempt}`);
      atWork.now += 1;
      atWork.most = Math.max(atWork.most, atWork.now);
      const outcome = await work(context, signal);
      atWork.now -= 1;
      return outcome;
    };
    const deps: DrainDeps = { ...common, ...DRAIN_TIMES, runnerId, perform };
    return drain(deps, never);
  };
  const io = createMemoryIO({ clock });
  const tools = createMemoryTools({ storage, jira: { findIssue: async () => anIssue() } });
  const options = { claim: 'PROJ-12', json: false };
  return {
    ...common,
    atWork,
    start,
    admit: async (id: string) => (await admitTask(aCodingTask({ id }), common)).runId,
    release: (force = false) => claimsRelease({ ...options, force }, io, tools),
    extend: (forMs: number, force = false) => claimsExtend({ ...options, for: forMs, force }, io, tools),
    /** Time goes on as in a deployment: a sweep each minute, and then a runner when something waits. */
    async live(ms: number) {
      for (let passed = 0; passed < ms; passed += MINUTE) {
        await clock.advance(MINUTE);
        await sweep(common);
        await Promise.race([start(`later-${passed}`), clock.advance(0)]);
      }
    },
  };
}

const untilAborted: Perform = (_, signal) =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({ kind: 'retry', code: 'claim-lost' }));
  });

it('a runner whose claim is taken away by force stops, and never works beside the next one', async () => {
  const { admit, start, release, live, clock, ledger, scopes, atWork } = createFixture();
  const first = await admit('one');
  const working = start('a', untilAborted);
  await clock.advance(0);
  const second = await admit('two');
  await start('b');
  const before = await ledger.get(first);

  await clock.advance(30 * SECOND);
  expect(await release(true)).toBe(0);
  await admit('three');
  expect(await start('c')).toMatchObject({ scopeBusy: 1 });
  await clock.advance(MINUTE);
  expect(await working).toMatchObject({ lost: 1, settled: 0 });
  expect(await ledger.get(first)).toEqual(before);

  await live(15 * MINUTE);
  expect(atWork.most).toBe(1);
  expect(await ledger.get(first)).toMatchObject({ state: 'done', attempt: 2 });
  expect(await ledger.get(second)).toMatchObject({ state: 'done', attempt: 1 });
  expect(await scopes.list()).toEqual([]);
});

it('work that ends before its runner notices is settled, and no second run begins beside it', async () => {
  const { admit, start, release, clock, ledger, atWork, live } = createFixture();
  const first = await admit('one');
  let end: () => void = () => {};
  const working = start('a', async () => {
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    return { kind: 'done', result: { what: 'echo' } };
  });
  await clock.advance(10 * SECOND);
  await release(true);
  const second = await admit('two');
  expect(await start('b')).toMatchObject({ scopeBusy: 1 });
  end();
  expect(await working).toMatchObject({ done: 1 });
  expect(await ledger.get(first)).toMatchObject({ state: 'done', attempt: 1 });
  await live(15 * MINUTE);
  expect(atWork.most).toBe(1);
  expect((await ledger.get(second)).state).toBe('done');
});

it('a person who keeps an issue closed makes its run wait, and loses none of it', async () => {
  const { admit, start, extend, release, live, clock, ledger, atWork } = createFixture();
  const runId = await admit('one');
  const working = start('a', untilAborted);
  await clock.advance(10 * SECOND);
  expect(await extend(HOUR, true)).toBe(0);
  await live(30 * MINUTE);
  await working;
  expect(atWork.began).toEqual([`a ${runId} 1`]);
  expect(await release()).toBe(0);
  await live(MINUTE);
  expect(await ledger.get(runId)).toMatchObject({ state: 'done', attempt: 2 });
});

it('a closed issue opens by itself when the person forgets it', async () => {
  const { admit, extend, live, ledger, atWork } = createFixture();
  await extend(HOUR);
  const runId = await admit('one');
  await live(HOUR - MINUTE);
  expect(atWork.began).toEqual([]);
  expect((await ledger.get(runId)).state).toBe('parked');
  await live(15 * MINUTE);
  expect(await ledger.get(runId)).toMatchObject({ state: 'done', attempt: 1 });
});
