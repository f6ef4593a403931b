import { describe, expect, it } from 'vitest';

import { aCodingTask, anEchoTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { corruptRun } from '../../../test/doubles/corrupt-run.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../../test/doubles/memory-log.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import type { RunLedger } from '../../domain/ports/run-ledger.ts';
import { planRepairTimeouts } from '../../domain/runs/repair-timeouts.ts';
import { buildRunId } from '../../domain/runs/run-id.ts';
import { DAY, MINUTE } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import { silentLog } from '../../kernel/log.ts';
import { type AdmitDeps, admitTask } from './admit-task.ts';
import { endRun } from './end-run.ts';
import { findAdmittedRun } from './find-admitted-run.ts';
import { requeuePoison } from './requeue-poison.ts';
import { sweep } from './sweep.ts';

function createFixture() {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const deps: AdmitDeps = { ...storage, clock, log: silentLog };
  const countMessages = async () => (await storage.queue.getDepth()).count;
  const sweepDeps = { ...storage, clock, log: silentLog, notify: async () => {} };
  return { clock, deps, countMessages, sweepDeps, ...storage };
}

async function end(ledger: RunLedger, runId: string): Promise<void> {
  const running = await ledger.update(await ledger.get(runId), { state: 'running', attempt: 1 });
  if (running) await ledger.update(running, { state: 'done', notified: true });
}

const broken = async () => {
  throw new TaskError('storage-unavailable');
};

describe('admitting', () => {
  it('makes one run and one message of ten deliveries at once', async () => {
    const { deps, countMessages, ledger } = createFixture();
    const task = aCodingTask();
    const admissions = await Promise.all(Array.from({ length: 10 }, () => admitTask(task, deps)));
    expect(admissions.filter(({ kind }) => kind === 'admitted')).toHaveLength(1);
    expect(new Set(admissions.map(({ runId }) => runId))).toEqual(new Set([buildRunId(task.id)]));
    expect(await countMessages()).toBe(1);
    expect(await ledger.listOpen()).toMatchObject([{ state: 'queued', task }]);
  });

  it('is one run over any number of reloads while it is open, however many processes follow them late', async () => {
    const { deps, countMessages, ledger, clock } = createFixture();
    const task = aCodingTask();
    const first = await admitTask(task, deps);
    for (let reloads = 0; reloads < 3; reloads += 1) {
      await clock.advance(1000);
      const reloadedAt = clock.now();
      const both = await Promise.all([admitTask(task, deps, { reloadedAt }), admitTask(task, deps)]);
      expect(both).toEqual(Array.from({ length: 2 }, () => ({ kind: 'duplicate', runId: first.runId })));
    }
    expect(await ledger.listOpen()).toHaveLength(1);
    expect(await countMessages()).toBe(1);
  });

  it.each([
    { name: 'there is a merge request already', result: { what: 'merge-request', mergeRequestIid: 3 } },
    { name: 'a plan waits', result: { what: 'plan' } },
  ])('is no run more after a reload where $name', async ({ result }) => {
    const { deps, ledger, clock } = createFixture();
    const task = aCodingTask();
    const first = await admitTask(task, deps);
    const running = await ledger.update(await ledger.get(first.runId), { state: 'running', attempt: 1 });
    if (running) await ledger.update(running, { state: 'done', notified: true, result });
    await clock.advance(1000);
    const reloadedAt = clock.now();
    expect(await admitTask(task, deps, { reloadedAt })).toEqual({ ...first, kind: 'duplicate' });
    expect(await findAdmittedRun(task, { ledger, reloadedAt })).toMatchObject({ runId: first.runId });
  });

  it('is one more run where the run before had ended when the map was reloaded, and none where it ended later', async () => {
    const { deps, ledger, clock } = createFixture();
    const task = aCodingTask();
    const first = await admitTask(task, deps);
    await clock.advance(1000);
    await end(ledger, first.runId);
    for (const earlier of [500, 0])
      expect(await admitTask(task, deps, { reloadedAt: clock.now() - earlier })).toEqual({
        ...first,
        kind: 'duplicate',
      });
    await clock.advance(1000);
    const reloadedAt = clock.now();
    const admissions = await Promise.all([
      ...Array.from({ length: 8 }, () => admitTask(task, deps, { reloadedAt })),
      // A process that has not followed yet knows only the run that ended.
      admitTask(task, deps),
    ]);
    expect(admissions.filter(({ kind }) => kind === 'admitted')).toHaveLength(1);
    expect(await ledger.listOpen()).toHaveLength(1);
    expect(await findAdmittedRun(task, { ledger, reloadedAt })).toMatchObject(
      await ledger.get(admissions[0]?.runId ?? ''),
    );
    expect(await findAdmittedRun(task, { ledger })).toMatchObject({ runId: first.runId });
  });

  it('gives two tasks with the same short id a run each', async () => {
    const { deps, ledger, queue } = createFixture();
    const task = aCodingTask();
    await ledger.create({ runId: buildRunId(task.id), dedupKey: 'something else', task: anEchoTask() });
    const first = await admitTask(task, deps);
    expect(first).toEqual({ kind: 'admitted', runId: buildRunId(task.id, 1) });
    expect(await admitTask(task, deps)).toEqual({ kind: 'duplicate', runId: first.runId });
    expect(await queue.peek()).toMatchObject([{ runId: first.runId, task }]);
  });

  it('says that no run id is free rather than to give a task the run of another one', async () => {
    const { deps, ledger, countMessages } = createFixture();
    const task = aCodingTask();
    const occupy = (salt: number) =>
      ledger.create({ runId: buildRunId(task.id, salt), dedupKey: `another ${salt}`, task: anEchoTask() });
    for (const salt of [0, 1, 2]) await occupy(salt);
    expect(await admitTask(task, deps)).toEqual({ kind: 'admitted', runId: buildRunId(task.id, 3) });

    const crowded = createFixture();
    for (const salt of [0, 1, 2, 3])
      await crowded.ledger.create({ runId: buildRunId(task.id, salt), dedupKey: `another ${salt}`, task });
    await expect(admitTask(task, crowded.deps)).rejects.toMatchObject({
      code: 'unexpected',
      detail: 'no free run id',
    });
    expect([await countMessages(), await crowded.countMessages()]).toEqual([1, 0]);
  });

  it('counts a run that cannot be read as seen, and neither sends nor follows it', async () => {
    const { deps, countMessages, clock, parts } = createFixture();
    const { runId } = await admitTask(aCodingTask(), deps);
    await corruptRun(parts.rows.runs, runId);
    await clock.advance(DAY);
    const again = await admitTask(aCodingTask(), deps, { reloadedAt: clock.now(), isOver: () => true });
    expect([again, await countMessages()]).toEqual([{ kind: 'duplicate', runId }, 1]);
  });

  it('counts a run that was forgotten at that moment as seen', async () => {
    const { deps, ledger } = createFixture();
    const { runId } = await admitTask(aCodingTask(), deps);
    const forgetful = { ...ledger, find: async () => undefined };
    expect(await admitTask(aCodingTask(), { ...deps, ledger: forgetful })).toEqual({ kind: 'duplicate', runId });
  });

  describe('a task whose run was superseded', () => {
    async function supersede(deps: AdmitDeps, runId: string, reason = 'draft') {
      await endRun(runId, { state: 'superseded', reason }, deps);
    }

    it('gives it exactly one more run once the reason is over, ten polls at once included', async () => {
      const { deps, countMessages, ledger } = createFixture();
      const task = aReviewTask();
      const first = await admitTask(task, deps);
      await supersede(deps, first.runId);
      const asked: (string | undefined)[] = [];
      const isOver = ({ detail }: { detail?: string }) => asked.push(detail) > 0;

      expect(await admitTask(task, deps)).toEqual({ kind: 'duplicate', runId: first.runId });
      expect(await admitTask(task, deps, { isOver: () => false })).toEqual({ kind: 'duplicate', runId: first.runId });
      const admissions = await Promise.all(Array.from({ length: 10 }, () => admitTask(task, deps, { isOver })));
      expect(new Set(asked)).toEqual(new Set(['draft']));
      expect(admissions.filter(({ kind }) => kind === 'admitted')).toHaveLength(1);
      const [again] = [...new Set(admissions.map(({ runId }) => runId))];
      expect(admissions.map(({ runId }) => runId)).toEqual(Array.from({ length: 10 }, () => again));
      expect(again).not.toBe(first.runId);
      expect(await ledger.find(again ?? '')).toMatchObject({ state: 'queued', task });
      expect(await countMessages()).toBe(2);

      const { version: _, ...ended } = await ledger.get(first.runId);
      expect(ended).toMatchObject({ state: 'superseded', detail: 'draft' });
    });

    it('goes on from the newest of its runs, and not for ever', async () => {
      const { deps } = createFixture();
      const task = aReviewTask();
      const runs = [await admitTask(task, deps)];
      for (let times = 0; times < 30; times += 1) {
        await supersede(deps, runs.at(-1)?.runId ?? '');
        runs.push(await admitTask(task, deps, { isOver: () => true }));
      }
      expect(runs.filter(({ kind }) => kind === 'admitted')).toHaveLength(21);
      expect(new Set(runs.map(({ runId }) => runId)).size).toBe(21);
    });

    it.each(['done', 'failed', 'cancelled'] as const)('is left alone when it ended %s', async (state) => {
      const { deps, ledger } = createFixture();
      const { runId } = await admitTask(aReviewTask(), deps);
      const running = await ledger.update(await ledger.get(runId), { state: 'running', attempt: 1 });
      await ledger.update(running ?? (await ledger.get(runId)), { state });
      expect(await admitTask(aReviewTask(), deps, { isOver: () => true })).toEqual({ kind: 'duplicate', runId });
    });
  });

  it.each<{
    name: string;
    breakStep: (deps: AdmitDeps) => AdmitDeps;
    throws: boolean;
    left: { runs: number; messages: number };
  }>([
    {
      name: 'before the run',
      breakStep: (deps) => ({ ...deps, ledger: { ...deps.ledger, create: broken } }),
      throws: true,
      left: { runs: 0, messages: 0 },
    },
    {
      name: 'before the message',
      breakStep: (deps) => ({ ...deps, queue: { ...deps.queue, enqueue: broken } }),
      throws: true,
      left: { runs: 1, messages: 0 },
    },
    {
      name: 'before it is queued',
      breakStep: (deps) => ({ ...deps, ledger: { ...deps.ledger, update: broken } }),
      throws: false,
      left: { runs: 1, messages: 1 },
    },
  ])('that broke $name is repaired by the next delivery or the sweeper', async ({ breakStep, throws, left }) => {
    for (const repairedBy of ['delivery', 'sweeper'] as const) {
      const { deps, countMessages, ledger, clock, sweepDeps } = createFixture();
      const task = aCodingTask();
      const admission = admitTask(task, breakStep(deps));
      if (throws) await expect(admission).rejects.toMatchObject({ code: 'storage-unavailable' });
      else await admission;
      expect({ runs: (await ledger.listOpen()).length, messages: await countMessages() }).toEqual(left);

      // A delivery right after may still be the first one at work: nothing is sent twice.
      await admitTask(task, deps);
      expect(await countMessages()).toBe(Math.max(left.messages, left.runs === 0 ? 1 : 0));

      await clock.advance(61_000);
      if (repairedBy === 'delivery') await admitTask(task, deps);
      else await sweep(sweepDeps);
      expect(await ledger.listOpen()).toMatchObject([{ state: 'queued' }]);
      expect(await countMessages()).toBeGreaterThanOrEqual(1);
    }
  });

  it('is done once the message is sent: that the run is not marked is logged, and only a bug is thrown', async () => {
    const { deps, ledger, countMessages } = createFixture();
    const log = createMemoryLog();
    const error = new TaskError('storage-unavailable');
    const failing = (thrown: Error) => ({ ...deps, log, ledger: { ...ledger, update: () => Promise.reject(thrown) } });
    const { runId } = await admitTask(aCodingTask(), failing(error));
    expect(log.lines).toEqual([{ level: 'warn', event: 'run not marked as queued', fields: { runId, error } }]);

    const bug = new TypeError('bug');
    await expect(admitTask(anEchoTask(), failing(bug))).rejects.toBe(bug);
    expect(await countMessages()).toBe(2);
  });

  it('sends again only a run that was planned for as long as a setting says, and logs that once', async () => {
    const { deps, ledger, clock, countMessages } = createFixture();
    const task = aCodingTask();
    const log = createMemoryLog();
    const patient = { ...deps, log, repairTimeouts: planRepairTimeouts(20 * MINUTE) };
    await expect(admitTask(task, { ...deps, queue: { ...deps.queue, enqueue: broken } })).rejects.toThrow(TaskError);
    await clock.advance(10 * MINUTE - 1);
    await admitTask(task, patient);
    expect([await countMessages(), log.lines]).toEqual([0, []]);

    await clock.advance(1);
    const lost = { ...ledger, update: async () => undefined };
    await admitTask(task, { ...patient, ledger: lost });
    expect([await countMessages(), log.lines]).toEqual([0, []]);

    const { runId } = await admitTask(task, patient);
    expect(await countMessages()).toBe(1);
    await clock.advance(DAY);
    await admitTask(task, patient);
    expect(await countMessages()).toBe(1);
    expect(log.lines).toEqual([{ level: 'warn', event: 'planned run sent again', fields: { runId } }]);
    expect(await ledger.listEvents(runId)).toMatchObject([
      { name: 'planned' },
      { name: 'planned', fields: { reason: 'planned-too-long' } },
      { name: 'queued' },
    ]);
  });

  it('does not mind a runner that takes the message before the run is queued', async () => {
    const { deps, ledger } = createFixture();
    const fast: RunLedger['update'] = async (record, change) => {
      if (change.state === 'queued') await ledger.update(record, { state: 'running', attempt: 1 });
      return ledger.update(record, change);
    };
    const { runId } = await admitTask(aCodingTask(), { ...deps, ledger: { ...ledger, update: fast } });
    expect((await ledger.get(runId)).state).toBe('running');
  });
});

describe('requeueing a poisoned task', () => {
  it('gives it one new run, also when it is done twice or breaks half way', async () => {
    const { deps, queue, countMessages } = createFixture();
    await admitTask(aCodingTask(), deps);
    const lease = await queue.lease({ visibilityTimeoutSeconds: 60 });
    if (lease?.kind !== 'task') throw new Error('no lease');
    await queue.moveToPoison(lease, 'jira-unavailable');
    const messageId = (await queue.listPoison())[0]?.messageId ?? '';

    await expect(requeuePoison(messageId, { ...deps, queue: { ...queue, dropPoison: broken } })).rejects.toThrow(
      TaskError,
    );
    expect(await requeuePoison(messageId, deps)).toMatchObject({ kind: 'duplicate' });
    expect(await requeuePoison(messageId, deps)).toBeUndefined();
    expect(await queue.getDepth()).toMatchObject({ poisonCount: 0 });
    expect(await countMessages()).toBe(1);
  });
});
