import { describe, expect, it } from 'vitest';

import { aCodingTask } from '../../../test/builders/tasks.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../../test/doubles/memory-log.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import type { RunChange, RunLedger } from '../../domain/ports/run-ledger.ts';
import { planRepairTimeouts } from '../../domain/runs/repair-timeouts.ts';
import type { Run } from '../../domain/runs/run.ts';
import { DAY, HOUR, MINUTE } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import { endRun } from './end-run.ts';
import { type SweepDeps, sweep } from './sweep.ts';

async function createFixture(images: readonly string[] = []) {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock, images });
  const notified: Run[] = [];
  const log = createMemoryLog();
  const deps: SweepDeps = { ...storage, clock, log, notify: async (run) => void notified.push(run) };
  const countMessages = async () => (await storage.queue.getDepth()).count;
  /** A run in the state after these changes, without any message. */
  const arrange = async (...changes: RunChange[]) => {
    let record = await storage.ledger.create({ runId: 'run-1', dedupKey: 'k', task: aCodingTask() });
    for (const change of changes) record = record && (await storage.ledger.update(record, change));
    if (!record) throw new Error('not arranged');
    return record;
  };
  const getState = async () => (await storage.ledger.get('run-1')).state;
  return { clock, deps, notified, lines: log.lines, countMessages, arrange, getState, ...storage };
}

const RUNNING: RunChange = { state: 'running', attempt: 1, runner: 'r' };
const LEASE = { scope: 'issue~PROJ-12', runId: 'run-1', holder: 'r', leaseMs: 150_000 };

describe('sweeping', () => {
  it('wakes a run that waits for the permit of a runner that died, within the sweep after its lock', async () => {
    const { clock, deps, arrange, countMessages, scopes, permits, getState } = await createFixture();
    const dead = { scope: 'issue~PROJ-1', runId: 'run-dead', holder: 'gone' };
    await scopes.take({ ...dead, leaseMs: 150_000 });
    await permits.take('binding~PROJ', dead, 1);
    expect(await permits.take('binding~PROJ', { ...LEASE, runId: 'run-1' }, 1)).toBe('full');
    await arrange({ state: 'parked', parkedUntil: clock.now() + 5 * MINUTE, parkedReason: 'concurrency' });
    await clock.advance(MINUTE);
    await sweep(deps);
    expect(await getState()).toBe('parked');

    await clock.advance(1.6 * MINUTE);
    await Promise.all([sweep(deps), sweep(deps)]);
    expect(await getState()).toBe('queued');
    expect(await countMessages()).toBe(1);
  });

  it('frees the lock of a run that is over, and wakes who waited for it', async () => {
    const { clock, deps, arrange, countMessages, scopes, getState } = await createFixture();
    await scopes.take({ scope: 'issue~PROJ-1', runId: 'run-dead', holder: 'killed', leaseMs: 150_000 });
    await scopes.waitFor('issue~PROJ-1', 'run-1');
    await arrange({ state: 'parked', parkedUntil: clock.now() + HOUR, parkedReason: 'scope-busy' });
    await clock.advance(155_000);
    await sweep(deps);
    expect([await scopes.list(), await getState()]).toMatchObject([[{ holder: 'killed' }], 'parked']);

    await clock.advance(5000);
    await Promise.all([sweep(deps), sweep(deps)]);
    expect(await scopes.list()).toEqual([]);
    expect(await getState()).toBe('queued');
    expect(await countMessages()).toBe(1);
  });

  it('leaves the expired lock of a run that is not over to the runner that takes it over', async () => {
    const { clock, deps, arrange, scopes } = await createFixture();
    await scopes.take({ ...LEASE, leaseMs: 150_000 });
    await arrange(RUNNING);
    await clock.advance(10 * MINUTE);
    await sweep(deps);
    expect(await scopes.list()).toMatchObject([{ holder: LEASE.holder, runId: LEASE.runId }]);
  });

  it('goes on where a left-over lock cannot be freed', async () => {
    const { clock, deps, scopes, lines } = await createFixture();
    await scopes.take({ scope: 'issue~PROJ-1', runId: 'run-dead', holder: 'killed', leaseMs: 1000 });
    await scopes.take({ scope: 'issue~PROJ-2', runId: 'run-gone', holder: 'killed', leaseMs: 1000 });
    await clock.advance(MINUTE);
    const error = new TaskError('storage-unavailable');
    const release: typeof scopes.release = async (lock) => {
      if (lock.scope === 'issue~PROJ-1') throw error;
      return scopes.release(lock);
    };
    await expect(sweep({ ...deps, scopes: { ...scopes, release } })).resolves.toMatchObject({ failed: 0 });
    expect(lines.filter(({ level }) => level === 'warn')).toEqual([
      {
        level: 'warn',
        event: 'left-over scope not freed',
        fields: { scope: 'issue~PROJ-1', runId: 'run-dead', error },
      },
    ]);
    expect(await scopes.list()).toMatchObject([{ scope: 'issue~PROJ-1' }]);
  });

  it.each<{ name: string; now: RunChange; isFreed: boolean }>([
    { name: 'frees the lock of a run that has ended', now: { state: 'failed', notified: true }, isFreed: true },
    { name: 'leaves the lock of a run that has begun since the runs were listed', now: RUNNING, isFreed: false },
  ])('$name', async ({ now, isFreed }) => {
    const { clock, deps, arrange, scopes, ledger } = await createFixture();
    await scopes.take({ ...LEASE, leaseMs: 1000 });
    await arrange(now);
    await clock.advance(MINUTE);
    await sweep({ ...deps, ledger: { ...ledger, listOpen: async () => [] } });
    expect(await scopes.list()).toHaveLength(isFreed ? 0 : 1);
  });

  it('frees the lock of a run that has ended and is to be notified of', async () => {
    const { clock, deps, arrange, scopes } = await createFixture();
    await scopes.take({ ...LEASE, leaseMs: 1000 });
    await arrange({ state: 'failed', code: 'unexpected' });
    await clock.advance(MINUTE);
    await sweep({ ...deps, notify: () => Promise.reject(new TaskError('jira-unavailable')) });
    expect(await scopes.list()).toEqual([]);
  });

  it('frees permits once in a sweep where a run waits for one, and asks for none where no run does', async () => {
    const { deps, arrange, ledger } = await createFixture();
    let asked = 0;
    const releaseDead = async () => {
      asked += 1;
      return [];
    };
    const until = { state: 'parked', parkedUntil: deps.clock.now() + HOUR } as const;
    await arrange({ ...until, parkedReason: 'budget' });
    await sweep({ ...deps, permits: { releaseDead } });
    expect(asked).toBe(0);

    for (const runId of ['run-2', 'run-3']) {
      const record = await ledger.create({ runId, dedupKey: runId, task: aCodingTask() });
      if (record) await ledger.update(record, { ...until, parkedReason: 'concurrency' });
    }
    await sweep({ ...deps, permits: { releaseDead } });
    expect(asked).toBe(1);
  });

  it.each(['month-budget', 'deployment-budget', 'price-unknown'])(
    'sends a run that waits for a month once after each change of the budgets, and once a day: %s',
    async (parkedReason) => {
      const { clock, deps, arrange, getState, ledger, countMessages } = await createFixture();
      let budgets = 'as they were';
      let asked = 0;
      const describeMonthBudgets = async () => {
        asked += 1;
        return budgets;
      };
      const sweepOnce = async () => {
        await Promise.all([sweep({ ...deps, describeMonthBudgets }), sweep({ ...deps, describeMonthBudgets })]);
        const state = await getState();
        // The runner finds that it may not begin yet.
        const record = await ledger.get('run-1');
        if (state === 'queued') await ledger.update(record, { state: 'running', attempt: 0, runner: 'r' });
        if (state === 'queued')
          await ledger.update(await ledger.get('run-1'), { state: 'parked', parkedReason, parkedUntil });
        return state;
      };
      const parkedUntil = Date.UTC(2026, 1, 1);
      await arrange({ state: 'parked', parkedReason, parkedUntil });
      expect([await sweepOnce(), await sweepOnce()]).toEqual(['queued', 'parked']);
      budgets = 'raised';
      expect([await sweepOnce(), await sweepOnce()]).toEqual(['queued', 'parked']);
      await clock.advance(DAY);
      expect([await sweepOnce(), await sweepOnce()]).toEqual(['queued', 'parked']);
      expect(await countMessages()).toBe(3);
      expect(asked).toBe(12);
    },
  );

  it('asks for no budgets of months where no run waits for one, and goes on where they cannot be read', async () => {
    const { deps, arrange, lines } = await createFixture();
    const error = new TaskError('storage-unavailable');
    const describeMonthBudgets = () => Promise.reject(error);
    await sweep({ ...deps, describeMonthBudgets });
    expect(lines.filter(({ level }) => level === 'warn')).toEqual([]);
    await arrange({ state: 'parked', parkedUntil: deps.clock.now() + HOUR, parkedReason: 'month-budget' });
    await expect(sweep({ ...deps, describeMonthBudgets })).resolves.toMatchObject({ failed: 0 });
    expect(lines.filter(({ level }) => level === 'warn')).toEqual([
      { level: 'warn', event: 'budgets of months not compared', fields: { error } },
    ]);
  });

  it('goes on where the permits cannot be read', async () => {
    const { deps, arrange, lines } = await createFixture();
    await arrange({ state: 'parked', parkedUntil: deps.clock.now() + HOUR, parkedReason: 'concurrency' });
    const error = new TaskError('storage-unavailable');
    const releaseDead = () => Promise.reject(error);
    await expect(sweep({ ...deps, permits: { releaseDead } })).resolves.toMatchObject({ failed: 0 });
    expect(lines.filter(({ level }) => level === 'warn')).toEqual([
      { level: 'warn', event: 'permits of dead runs not freed', fields: { error } },
    ]);
  });

  it.each<{ name: string; changes: RunChange[]; leaseMs?: number; before: number; after: number }>([
    { name: 'a planned run after a minute', changes: [], before: 0.9 * MINUTE, after: MINUTE },
    {
      name: 'a parked run when it is due',
      changes: [{ state: 'parked', parkedUntil: Date.UTC(2026, 0, 5, 9, 30), parkedReason: 'x' }],
      before: 29 * MINUTE,
      after: 30 * MINUTE,
    },
    {
      name: 'a queued run whose message is gone',
      changes: [{ state: 'queued' }],
      before: 1.9 * MINUTE,
      after: 2 * MINUTE,
    },
    {
      name: 'a running run whose lock and message are gone',
      changes: [RUNNING],
      leaseMs: 150_000,
      before: 2.6 * MINUTE,
      after: 3 * MINUTE,
    },
    {
      name: 'a running run that lost lock and message long ago',
      changes: [RUNNING],
      before: 1 * MINUTE,
      after: 3 * MINUTE,
    },
  ])('sends $name, not earlier, and only once', async ({ changes, leaseMs, before, after }) => {
    const { clock, deps, arrange, countMessages, scopes, getState } = await createFixture();
    const { state } = await arrange(...changes);
    if (leaseMs !== undefined) await scopes.take({ ...LEASE, leaseMs });
    await clock.advance(before);
    expect(await sweep(deps)).toMatchObject({ sent: 0 });
    expect(await getState()).toBe(state);

    await clock.advance(after - before);
    const reports = await Promise.all([sweep(deps), sweep(deps), sweep(deps)]);
    expect(reports.reduce((sum, { sent }) => sum + sent, 0)).toBe(1);
    expect(await countMessages()).toBe(1);
    expect(await getState()).toBe('queued');
    expect(await sweep(deps)).toMatchObject({ sent: 0, stuck: 0, failed: 0 });
  });

  it('counts and names the runs whose message or runner was gone, and not those that were due', async () => {
    const { clock, deps, lines, ledger } = await createFixture();
    const arrangeAs = async (runId: string, change: RunChange) => {
      const record = await ledger.create({ runId, dedupKey: runId, task: aCodingTask() });
      if (record) await ledger.update(record, change);
    };
    await arrangeAs('run-due', { state: 'parked', parkedUntil: 0, parkedReason: 'x' });
    await arrangeAs('run-queued', { state: 'queued' });
    await arrangeAs('run-running', RUNNING);
    await clock.advance(HOUR);
    expect(await sweep(deps)).toEqual({
      sent: 3,
      stuck: 2,
      notified: 0,
      failed: 0,
      depth: { count: 0, poisonCount: 0 },
    });
    const sent = (runId: string, reason: string, state: string) => ({
      level: 'warn',
      event: 'stuck run sent again',
      fields: { runId, reason, state },
    });
    expect(lines.filter(({ level }) => level === 'warn')).toEqual([
      sent('run-queued', 'message-gone', 'queued'),
      sent('run-running', 'runner-gone', 'running'),
    ]);
    expect(lines.find(({ event }) => event === 'health')?.fields).toMatchObject({ stuck: 2 });
  });

  it('repairs after as long as a setting says', async () => {
    const { clock, deps, arrange } = await createFixture();
    await arrange();
    const patient = { ...deps, repairTimeouts: planRepairTimeouts(20 * MINUTE) };
    await clock.advance(10 * MINUTE - 1);
    expect(await sweep(patient)).toMatchObject({ sent: 0 });
    await clock.advance(1);
    expect(await sweep(patient)).toMatchObject({ sent: 1 });
  });

  it('leaves a running run alone that renews its lock, for hours', async () => {
    const { clock, deps, arrange, scopes } = await createFixture();
    await arrange(RUNNING);
    const taken = await scopes.take(LEASE);
    let lock = taken.kind === 'taken' ? taken.lock : undefined;
    for (let minutes = 0; minutes < 180; minutes += 1) {
      await clock.advance(MINUTE);
      lock = lock && (await scopes.renew(lock, 150_000));
      expect(await sweep(deps)).toMatchObject({ sent: 0 });
    }
  });

  it('leaves a run alone that renewed its lock while a long sweep was at others', async () => {
    const { clock, deps, arrange, scopes, ledger, getState } = await createFixture();
    await arrange({ ...RUNNING, withoutMessage: true });
    const taken = await scopes.take(LEASE);
    if (taken.kind !== 'taken') throw new Error('not taken');
    await clock.advance(2 * MINUTE);
    const listOpen: typeof ledger.listOpen = async () => {
      const run = await ledger.get('run-1');
      // What comes before it takes longer than a lock lives.
      return [{ ...run, runId: 'run-0', state: 'parked', parkedUntil: 0 }, run];
    };
    const find: typeof ledger.find = async (runId) => {
      if (runId !== 'run-0') return ledger.find(runId);
      await clock.advance(MINUTE);
      await scopes.renew(taken.lock, 150_000);
      return undefined;
    };
    expect(await sweep({ ...deps, ledger: { ...ledger, listOpen, find } })).toMatchObject({ sent: 0, failed: 0 });
    expect(await getState()).toBe('running');
    await clock.advance(3 * MINUTE);
    expect(await sweep(deps)).toMatchObject({ sent: 1, stuck: 1 });
  });

  it('leaves the lock of a cancelled run alone that its runner renewed while a long sweep was at others', async () => {
    const { clock, deps, arrange, scopes, ledger } = await createFixture();
    await arrange(RUNNING, { state: 'cancelled', notified: true });
    const taken = await scopes.take(LEASE);
    if (taken.kind !== 'taken') throw new Error('not taken');
    const find: typeof ledger.find = async (runId) => {
      await scopes.renew(taken.lock, 150_000);
      return ledger.find(runId);
    };
    await clock.advance(3 * MINUTE);
    await sweep({ ...deps, ledger: { ...ledger, find } });
    expect(await scopes.list()).toMatchObject([{ holder: LEASE.holder }]);
    await clock.advance(3 * MINUTE);
    await sweep(deps);
    expect(await scopes.list()).toEqual([]);
  });

  it('sends a run again whose lock cannot be read', async () => {
    const { clock, deps, arrange, scopes } = await createFixture();
    await arrange(RUNNING);
    await clock.advance(HOUR);
    const find = () => Promise.reject(new TaskError('unexpected', { detail: 'the scope row cannot be read' }));
    expect(await sweep({ ...deps, scopes: { ...scopes, find } })).toMatchObject({ sent: 1, failed: 0 });
  });

  it('waits for a lapsed message to show itself while there are messages, and then sends', async () => {
    const { clock, deps, arrange, scopes, queue } = await createFixture();
    await arrange(RUNNING);
    await scopes.take(LEASE);
    await queue.enqueue(aCodingTask({ id: 'other' }), { runId: 'run-other' });
    await clock.advance(7 * MINUTE);
    expect(await sweep(deps)).toMatchObject({ sent: 0 });
    await clock.advance(MINUTE);
    expect(await sweep(deps)).toMatchObject({ sent: 1, stuck: 1 });
  });

  it('leaves a queued run in a backlog alone, however old', async () => {
    const { clock, deps, arrange, queue } = await createFixture();
    await arrange({ state: 'queued' });
    await queue.enqueue(aCodingTask(), { runId: 'run-1' });
    await clock.advance(5 * 60 * MINUTE);
    await queue.enqueue(aCodingTask(), { runId: 'run-2' });
    expect(await sweep(deps)).toMatchObject({ sent: 0 });
  });

  it('sends a queued run whose message is gone from between others', async () => {
    const { clock, deps, arrange, queue } = await createFixture();
    await arrange({ state: 'queued' });
    await clock.advance(14 * MINUTE);
    await queue.enqueue(aCodingTask(), { runId: 'run-2' });
    expect(await sweep(deps)).toMatchObject({ sent: 0 });
    await clock.advance(MINUTE);
    expect(await sweep(deps)).toMatchObject({ sent: 1, stuck: 1 });
  });

  it('repairs its own crash between the move and the message', async () => {
    const { clock, deps, arrange, queue, countMessages, getState } = await createFixture();
    await arrange({ state: 'parked', parkedUntil: 0, parkedReason: 'x' });
    const enqueue = async () => {
      throw new TaskError('storage-unavailable');
    };
    expect(await sweep({ ...deps, queue: { ...queue, enqueue } })).toMatchObject({ failed: 1 });
    expect(await getState()).toBe('planned');
    await clock.advance(MINUTE);
    await sweep(deps);
    expect(await getState()).toBe('queued');
    expect(await countMessages()).toBe(1);
  });

  it('notifies of what a dead runner could not, once with three sweepers at once', async () => {
    const { deps, arrange, notified, ledger } = await createFixture();
    await arrange({ state: 'failed', code: 'unexpected' });
    const reports = await Promise.all([sweep(deps), sweep(deps), sweep(deps)]);
    expect(reports.reduce((sum, report) => sum + report.notified, 0)).toBe(1);
    await sweep(deps);
    expect(notified).toMatchObject([{ runId: 'run-1', state: 'failed', code: 'unexpected' }]);
    expect(await ledger.get('run-1')).toMatchObject({ notified: true });
  });

  it.each([
    {
      name: 'keeps trying when a notification may work later',
      error: new TaskError('jira-unavailable'),
      tries: 2,
      notified: false,
    },
    {
      name: 'does not try again when it cannot work',
      error: new TaskError('jira-not-found'),
      tries: 1,
      notified: true,
    },
  ])('$name', async ({ error, tries, notified }) => {
    const { clock, deps, arrange, ledger } = await createFixture();
    await arrange({ state: 'failed', code: 'unexpected' });
    let calls = 0;
    const notify = async () => {
      calls += 1;
      throw error;
    };
    await sweep({ ...deps, notify });
    await sweep({ ...deps, notify });
    expect(calls).toBe(1);
    await clock.advance(4 * MINUTE);
    await sweep({ ...deps, notify });
    expect(calls).toBe(tries);
    expect((await ledger.get('run-1')).notified).toBe(notified);
  });

  it.each([
    { name: 'a token that has expired', error: new TaskError('jira-unauthorized') },
    { name: 'an account that may not', error: new TaskError('jira-forbidden') },
    { name: 'a token of GitLab that has expired', error: new TaskError('gitlab-unauthorized') },
    { name: 'a service that is down', error: new TaskError('jira-unavailable') },
    { name: 'a bug', error: new Error('bug') },
  ])(
    'still notifies after two days of $name, and asks less and less often',
    async ({ error }) => {
      const { clock, deps, arrange, notified, ledger } = await createFixture();
      await arrange({ state: 'failed', code: 'unexpected' });
      let calls = 0;
      const notify = async () => {
        calls += 1;
        throw error;
      };
      for (let passed = 0; passed < 2 * DAY; passed += 2 * MINUTE) {
        await sweep({ ...deps, notify });
        await clock.advance(2 * MINUTE);
      }
      expect(calls).toBeGreaterThan(50);
      expect(calls).toBeLessThan(70);
      await clock.advance(HOUR);
      await sweep(deps);
      expect(notified).toHaveLength(1);
      expect(await ledger.get('run-1')).toMatchObject({ notified: true });
    },
    30_000,
  );

  it('gives up notifying after more than a week', async () => {
    const { clock, deps, arrange, ledger } = await createFixture();
    await arrange({ state: 'failed', code: 'unexpected' });
    const notify = async () => Promise.reject(new TaskError('jira-unauthorized'));
    const sweepFor = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 3 * MINUTE) {
        await sweep({ ...deps, notify });
        await clock.advance(3 * MINUTE);
      }
    };
    await sweepFor(6.5 * DAY);
    expect(await ledger.get('run-1')).toMatchObject({ notified: false });
    await sweepFor(DAY);
    expect(await ledger.get('run-1')).toMatchObject({ notified: true });
  }, 60_000);

  it('reads no run that is to be notified of later, and stops trying when one after the other fails', async () => {
    const { clock, deps, ledger } = await createFixture();
    for (let n = 0; n < 12; n += 1) {
      const record = await ledger.create({ runId: `run-${n}`, dedupKey: `k${n}`, task: aCodingTask() });
      if (record) await ledger.update(record, { state: 'failed', code: 'unexpected' });
    }
    const counts = { found: 0, tried: new Set<string>() };
    const counting: SweepDeps = {
      ...deps,
      ledger: {
        ...ledger,
        find: (runId) => {
          counts.found += 1;
          return ledger.find(runId);
        },
      },
      notify: async ({ runId }) => {
        counts.tried.add(runId);
        throw new TaskError('jira-unavailable');
      },
    };
    for (const found of [5, 5, 2, 0]) {
      counts.found = 0;
      await sweep(counting);
      expect(counts.found).toBe(found);
    }
    expect(counts.tried.size).toBe(12);
    await clock.advance(3 * MINUTE);
    await sweep(deps);
    expect((await ledger.listOpen()).length).toBe(0);
  });

  it('notifies first of the run that has waited longest', async () => {
    const { clock, deps, ledger, notified } = await createFixture();
    for (const [runId, minutes] of [
      ['run-1', 3],
      ['run-2', 1],
      ['run-3', 2],
    ] as const) {
      const record = await ledger.create({ runId, dedupKey: runId, task: aCodingTask() });
      const failed = record && (await ledger.update(record, { state: 'failed', code: 'unexpected' }));
      if (failed) await ledger.acquireNotification(failed, clock.now() + minutes * MINUTE);
    }
    await clock.advance(5 * MINUTE);
    const record = await ledger.create({ runId: 'run-4', dedupKey: 'k4', task: aCodingTask() });
    if (record) await ledger.update(record, { state: 'failed', code: 'unexpected' });
    expect(await sweep(deps)).toMatchObject({ notified: 4 });
    expect(notified.map(({ runId }) => runId)).toEqual(['run-4', 'run-2', 'run-3', 'run-1']);
  });

  it.each<{ name: string; becomes: (ledger: RunLedger) => Promise<unknown>; notified: number }>([
    { name: 'can be notified of', becomes: async () => {}, notified: 1 },
    {
      name: 'has been notified of since',
      becomes: async (ledger) => ledger.markNotified(await ledger.get('run-4')),
      notified: 0,
    },
    {
      name: 'another process notifies of',
      becomes: async (ledger) => ledger.acquireNotification(await ledger.get('run-4'), Date.UTC(2027, 0)),
      notified: 0,
    },
    {
      name: 'is gone',
      becomes: async (ledger) => {
        await ledger.markNotified(await ledger.get('run-4'));
        await ledger.purge(Date.UTC(2027, 0), 1);
      },
      notified: 0,
    },
  ])('goes on after four failures in a row and a run that $name', async ({ becomes, notified }) => {
    const { deps, ledger } = await createFixture();
    for (let n = 0; n < 9; n += 1) {
      const record = await ledger.create({ runId: `run-${n}`, dedupKey: `k${n}`, task: aCodingTask() });
      if (record) await ledger.update(record, { state: 'failed', code: 'unexpected' });
    }
    const listed = await ledger.listOpen();
    await becomes(ledger);
    const tried: string[] = [];
    const notify = async ({ runId }: Run) => {
      tried.push(runId);
      if (runId !== 'run-4') throw new TaskError('jira-unavailable');
    };
    const stale = { ...deps, ledger: { ...ledger, listOpen: async () => listed }, notify };
    expect(await sweep(stale)).toMatchObject({ notified, sent: 0, failed: 0 });
    expect(tried).toHaveLength(8 + notified);
  });

  it('stops after five runs in a row that cannot be read, of those that people wait for', async () => {
    const { deps, ledger, notified } = await createFixture();
    for (let n = 0; n < 9; n += 1) {
      const record = await ledger.create({ runId: `run-${n}`, dedupKey: `k${n}`, task: aCodingTask() });
      if (record) await ledger.update(record, { state: 'failed', code: 'unexpected' });
    }
    const find = () => Promise.reject(new Error('bug'));
    expect(await sweep({ ...deps, ledger: { ...ledger, find } })).toMatchObject({ failed: 5, notified: 0 });
    expect(notified).toEqual([]);
  });

  it('decides on what a run is now, not on what it was when it was listed', async () => {
    const { clock, deps, arrange, ledger } = await createFixture();
    const planned = await arrange();
    await clock.advance(MINUTE);
    const stale = await ledger.listOpen();
    await ledger.update(planned, { state: 'queued' });
    expect(await sweep({ ...deps, ledger: { ...ledger, listOpen: async () => stale } })).toMatchObject({ sent: 0 });
  });

  it('goes on after one run that cannot be handled', async () => {
    const { clock, deps, arrange, ledger, countMessages, lines } = await createFixture();
    await arrange();
    await ledger.create({ runId: 'run-2', dedupKey: 'k2', task: aCodingTask() });
    await clock.advance(MINUTE);
    const find = (runId: string) => (runId === 'run-1' ? Promise.reject(new Error('bug')) : ledger.find(runId));
    expect(await sweep({ ...deps, ledger: { ...ledger, find } })).toMatchObject({ sent: 1, failed: 1 });
    expect(await countMessages()).toBe(1);
    expect(lines.filter(({ level }) => level === 'error')).toEqual([
      { level: 'error', event: 'run not swept', fields: { runId: 'run-1', error: new Error('bug') } },
    ]);
  });

  it('is not stopped by a row that cannot be read', async () => {
    const { clock, deps, arrange, parts } = await createFixture();
    await arrange();
    await parts.rows.runs.write('runs', [{ kind: 'put', key: 'open:run-0', fields: { state: 'strange' } }]);
    await parts.rows.state.write('scopes', [{ kind: 'put', key: 'issue~X-1', fields: { holder: 7 } }]);
    await clock.advance(MINUTE);
    expect(await sweep(deps)).toMatchObject({ sent: 1, failed: 0 });
  });

  it('says how things are in one line', async () => {
    const { clock, deps, arrange, lines, ledger, queue } = await createFixture();
    await arrange(RUNNING);
    const parked = await ledger.create({ runId: 'run-2', dedupKey: 'k2', task: aCodingTask() });
    if (parked) await ledger.update(parked, { state: 'parked', parkedUntil: clock.now() + DAY, parkedReason: 'x' });
    await queue.enqueue(aCodingTask(), { runId: 'run-3' });
    await clock.advance(90_000);
    const unnotified = await ledger.create({ runId: 'run-4', dedupKey: 'k4', task: aCodingTask() });
    if (unnotified) await ledger.update(unnotified, { state: 'cancelled' });
    await sweep({ ...deps, notify: () => Promise.reject(new TaskError('jira-unauthorized')) });
    const health = {
      queue: 'tasks',
      count: 1,
      oldestSeconds: 90,
      poison: 0,
      parked: 1,
      running: 1,
      stuck: 0,
      unnotified: 1,
    };
    expect(lines.filter(({ event }) => event === 'health')).toEqual([
      { level: 'info', event: 'health', fields: health },
    ]);
  });

  it.each<{ name: string; changes: RunChange[]; seconds: number }>([
    { name: 'planned', changes: [], seconds: 50 },
    { name: 'queued', changes: [{ state: 'queued' }], seconds: 50 },
    { name: 'running', changes: [RUNNING], seconds: 20 },
  ])('says in that line what waits longest: beside a message, a run that is $name', async ({ changes, seconds }) => {
    const { clock, deps, arrange, lines, queue } = await createFixture();
    await arrange(...changes);
    await clock.advance(30_000);
    await queue.enqueue(aCodingTask(), { runId: 'run-2' });
    await clock.advance(20_000);
    await sweep(deps);
    expect(lines.find(({ event }) => event === 'health')?.fields).toMatchObject({ oldestSeconds: seconds });
  });

  describe('where there are runners of several images', () => {
    const aPythonRun = { runId: 'run-2', dedupKey: 'k2', task: aCodingTask({ image: 'python' }) };

    it('sends a run whose message is gone from its own queue, however much waits in another', async () => {
      const { clock, deps, arrange, ledger, queue } = await createFixture(['python']);
      await arrange({ state: 'queued' });
      await queue.enqueue(aCodingTask(), { runId: 'run-1' });
      const lost = await ledger.create(aPythonRun);
      if (lost) await ledger.update(lost, { state: 'queued' });
      await clock.advance(2 * MINUTE);
      expect(await sweep(deps)).toMatchObject({ sent: 1, stuck: 1 });
      expect((await queue.getDepth()).byImage).toMatchObject([{ count: 1 }, { image: 'python', count: 1 }]);
    });

    it('sends to the default runners what waited for an image that was taken away', async () => {
      const { clock, deps, ledger, queue } = await createFixture();
      const lost = await ledger.create(aPythonRun);
      if (lost) await ledger.update(lost, { state: 'queued' });
      await clock.advance(2 * MINUTE);
      expect(await sweep(deps)).toMatchObject({ sent: 1 });
      expect(await queue.lease({ visibilityTimeoutSeconds: 60 })).toMatchObject({ runId: 'run-2' });
    });

    it('says in that line what waits for each', async () => {
      const { clock, deps, arrange, lines, ledger, queue } = await createFixture(['python', 'java']);
      await arrange();
      await clock.advance(20_000);
      await ledger.create(aPythonRun);
      await queue.enqueue(aCodingTask({ image: 'python' }), { runId: 'run-2' });
      await clock.advance(30_000);
      await sweep(deps);
      expect(lines.find(({ event }) => event === 'health')?.fields).toMatchObject({
        count: 1,
        oldestSeconds: 50,
        byImage: [
          { image: 'default', count: 0, oldestSeconds: 50 },
          { image: 'python', count: 1, oldestSeconds: 30 },
          { image: 'java', count: 0, oldestSeconds: 0 },
        ],
      });
    });
  });

  it('says zeros in that line when nothing is open and the queue is empty', async () => {
    const { clock, deps, lines } = await createFixture();
    await clock.advance(90_000);
    await sweep(deps);
    const counts = { count: 0, oldestSeconds: 0, poison: 0, parked: 0, running: 0, stuck: 0, unnotified: 0 };
    expect(lines.filter(({ event }) => event === 'health')).toEqual([
      { level: 'info', event: 'health', fields: { queue: 'tasks', ...counts } },
    ]);
  });

  it('keeps a day after all have been notified, and forgets no run that is not kept', async () => {
    const { clock, deps, arrange, ledger, notified } = await createFixture();
    await arrange({ state: 'failed', code: 'unexpected', notified: true });
    const other = await ledger.create({ runId: 'run-2', dedupKey: 'k2', task: aCodingTask() });
    if (other) await ledger.update(other, { state: 'failed', code: 'unexpected' });
    await clock.advance(91 * DAY);
    let notifiedBefore = -1;
    const archiveLedger = async () => {
      notifiedBefore = notified.length;
      return { until: clock.now(), except: new Set(['run-1']) };
    };
    await sweep({ ...deps, archiveLedger });
    expect(notifiedBefore).toBe(1);
    expect(await ledger.find('run-1')).toBeDefined();
    expect(await ledger.find('run-2')).toBeUndefined();
  });

  it('forgets old runs every six hours, in one of two sweepers', async () => {
    const { clock, deps, arrange, ledger, lines } = await createFixture();
    await arrange();
    await endRun('run-1', { state: 'cancelled', reason: 'asked' }, deps);
    await clock.advance(91 * DAY);
    await Promise.all([sweep(deps), sweep(deps)]);
    await sweep(deps);
    expect(await ledger.find('run-1')).toBeUndefined();
    expect(lines.filter(({ event }) => event === 'old state purged')).toEqual([
      { level: 'info', event: 'old state purged', fields: { runs: 1, skipLog: 0 } },
    ]);
  });
});

describe('ending a run from outside', () => {
  it.each<{ name: string; changes: RunChange[] }>([
    { name: 'planned', changes: [] },
    { name: 'running', changes: [RUNNING] },
    { name: 'parked', changes: [{ state: 'parked', parkedUntil: 5, parkedReason: 'x' }] },
  ])('works when it is $name and does not change a final one', async ({ changes }) => {
    const { deps, arrange, ledger } = await createFixture();
    await arrange(...changes);
    const ended = await endRun('run-1', { state: 'superseded', reason: 'newer-head' }, deps);
    expect(ended).toMatchObject({ state: 'superseded', notified: true });
    expect(await endRun('run-1', { state: 'cancelled', reason: 'asked' }, deps)).toEqual(ended);
    expect(await ledger.listOpen()).toEqual([]);
  });
});
