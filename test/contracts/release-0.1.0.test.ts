import { describe, expect, it } from 'vitest';
import { drain } from '../../runner-container/drain/drain.ts';
import type { Perform } from '../../runner-container/drain/perform-until-aborted.ts';
import type { Outcome } from '../../shared/domain/runs/outcome.ts';
import type { Task } from '../../shared/domain/runs/task.ts';
import { buildAuditTask } from '../../shared/domain/tasks/build-audit-task.ts';
import { MINUTE } from '../../shared/kernel/clock.ts';
import type { ErrorCode } from '../../shared/kernel/errors.ts';
import { processOutbox } from '../../shared/services/outbox/process-outbox.ts';
import { admitTask } from '../../shared/services/runs/admit-task.ts';
import { findAdmittedRun } from '../../shared/services/runs/find-admitted-run.ts';
import { requeuePoison } from '../../shared/services/runs/requeue-poison.ts';
import { sweep } from '../../shared/services/runs/sweep.ts';
import { DRAIN_TIMES } from '../builders/drain.ts';
import { aCodingTask, anEchoTask, aReplyTask, aReviewTask } from '../builders/tasks.ts';
import { createManualClock } from '../doubles/manual-clock.ts';
import { createMemoryLog } from '../doubles/memory-log.ts';
import { createMemoryStorage } from '../doubles/memory-storage.ts';
import { type EarlierRun, loadEarlierCode, openEarlierStorage } from '../release-0.1.0.ts';

const code = await loadEarlierCode();
const CRITERIA = { met: 1, partly: 0, 'not-met': 0, 'not-answered': 0 };
const DONE: Outcome = { kind: 'done', result: { what: 'reviewed', criteria: CRITERIA, summary: 'fine' } };
const RETRY: Outcome = { kind: 'retry', code: 'gitlab-unavailable', detail: 'GET /projects' };
const never = new AbortController().signal;

/** One storage, with functions and runners of 0.1.0 and of this version over it. */
function createFixture() {
  const clock = createManualClock();
  const log = createMemoryLog();
  const storage = createMemoryStorage({ clock, log });
  const earlier = openEarlierStorage(code, storage, { clock, log });
  const told: string[] = [];
  const now = { ...storage, clock, log, notify: async (run: { runId: string }) => void told.push(`now ${run.runId}`) };
  const then = { ...earlier, clock, log, tell: async (run: { runId: string }) => void told.push(`then ${run.runId}`) };
  return {
    clock,
    storage,
    earlier,
    told,
    now,
    then,
    /** Every warning and error, by what it says. */
    listTrouble: () => log.lines.filter(({ level }) => level !== 'info').map(({ event }) => event),
    admitNow: async (task: Task) => (await admitTask(task, now)).runId,
    admitThen: async (task: Task) => (await code.admitTask(task, then)).runId,
    runNow: async (perform: Perform = async () => DONE) =>
      drain({ ...now, ...DRAIN_TIMES, runnerId: 'now', perform }, never),
    runThen: async (perform: (context: { run: EarlierRun }) => Promise<Outcome> = async () => DONE) =>
      code.drain({ ...then, runnerId: 'then', perform }, never),
    sweepNow: async () => sweep(now),
    sweepThen: async () => code.sweep(then),
  };
}

/** Does an entry of the outbox by keeping it. */
function keepIn<Ending>(done: object[], ending: Ending): (entry: object) => Promise<Ending> {
  return async (entry) => {
    done.push(entry);
    return ending;
  };
}

const LIFE = ['planned', 'queued', 'running', 'done'];
const ASKED = {
  requestedBy: { service: 'jira', id: 'ada', name: 'Ada' },
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
} as const;
const EVERY_KIND: Task[] = [
  aCodingTask({ ...ASKED, cause: { kind: 'issue-change', revision: '10233' } }),
  aReviewTask({ ...ASKED, cause: { kind: 'head' } }),
  aReplyTask(ASKED),
  anEchoTask(ASKED),
];

describe('functions of 0.1.0 with a runner of this version', () => {
  it.each(EVERY_KIND)('have $kind done once, and see that it is done', async (task) => {
    const { admitThen, runNow, earlier, sweepThen, listTrouble } = createFixture();
    const runId = await admitThen(task);
    expect(await runNow()).toMatchObject({ settled: 1, done: 1 });
    expect(await earlier.ledger.get(runId)).toMatchObject({ state: 'done', told: true, result: { summary: 'fine' } });
    expect((await earlier.ledger.listEvents(runId)).map(({ name }) => name)).toEqual(LIFE);
    expect(await earlier.ledger.listOpen()).toEqual([]);
    expect(await sweepThen()).toMatchObject({ sent: 0, stuck: 0, told: 0, failed: 0 });
    expect(listTrouble()).toEqual([]);
  });

  it.each(['agent-timed-out', 'validate-variable-missing'] as ErrorCode[])(
    'tell of a run that failed with %s where its runner could not, also by a code they do not know',
    async (failure) => {
      const { admitThen, now, told, earlier, sweepThen, clock } = createFixture();
      const runId = await admitThen(aCodingTask());
      const notify = async () => {
        throw new Error('the runner died');
      };
      const perform = async () => ({ kind: 'give-up', code: failure }) as const;
      await drain({ ...now, ...DRAIN_TIMES, runnerId: 'now', perform, notify }, never);
      expect(await earlier.ledger.get(runId)).toMatchObject({ state: 'failed', code: failure, told: false });
      await clock.advance(3 * MINUTE);
      expect(await sweepThen()).toMatchObject({ told: 1, failed: 0 });
      expect(told).toEqual([`then ${runId}`]);
      expect(code.formatFailure({ code: failure })).toContain('The agent stopped');
    },
  );
});

describe('functions of this version with a runner of 0.1.0', () => {
  it.each(EVERY_KIND)('have $kind done once, and see that it is done', async (task) => {
    const { admitNow, runThen, storage, sweepNow, listTrouble } = createFixture();
    const runId = await admitNow(task);
    expect(await runThen()).toMatchObject({ settled: 1, done: 1 });
    const record = await storage.ledger.get(runId);
    expect(record).toMatchObject({
      state: 'done',
      notified: true,
      task: { id: task.id, traceparent: ASKED.traceparent },
    });
    expect(record.task).not.toHaveProperty('requestedBy');
    expect((await storage.ledger.listEvents(runId)).map(({ name }) => name)).toEqual(LIFE);
    expect(await sweepNow()).toMatchObject({ sent: 0, stuck: 0, notified: 0, failed: 0 });
    expect(listTrouble()).toEqual([]);
  });

  it('keep an audit for a runner that knows audits, and send it again every two minutes until one is there', async () => {
    const { now, runThen, runNow, sweepNow, storage, clock } = createFixture();
    const request = { fixVersion: '2.4.0', projects: ['PROJ'], repositories: [], scope: {} };
    const { runId } = await admitTask(buildAuditTask(request, { at: clock.now() }), now);
    expect(await runThen()).toMatchObject({ unreadable: 1 });
    expect(await sweepNow()).toMatchObject({ sent: 0 });
    await clock.advance(2 * MINUTE);
    expect(await sweepNow()).toMatchObject({ sent: 1, stuck: 1 });
    expect(await runNow()).toMatchObject({ done: 1 });
    expect(await storage.ledger.get(runId)).toMatchObject({ state: 'done' });
    const [poisoned] = await storage.queue.listPoison();
    expect(poisoned?.reason).toBe('message-unreadable: the task has a wrong or missing field: kind');
  });
});

describe('runners of both versions', () => {
  it('take over each other’s runs, and count attempts on', async () => {
    const { admitThen, runNow, runThen, sweepNow, sweepThen, storage, clock } = createFixture();
    const runId = await admitThen(aReviewTask());
    expect(await runThen(async () => RETRY)).toMatchObject({ retried: 1 });
    await clock.advance(MINUTE);
    await sweepNow();
    expect(await runNow(async () => RETRY)).toMatchObject({ retried: 1 });
    expect(await storage.ledger.get(runId)).toMatchObject({ state: 'parked', attempt: 2, outages: 2 });
    await clock.advance(5 * MINUTE);
    await sweepThen();
    expect(await runThen()).toMatchObject({ done: 1 });
    expect(await storage.ledger.get(runId)).toMatchObject({ state: 'done', attempt: 3 });
  });

  it('do not work on one merge request at the same time, and wake each other', async () => {
    const { admitNow, runNow, runThen, earlier, storage } = createFixture();
    await admitNow(aReviewTask());
    const reply = aReplyTask();
    const second = await admitNow(reply);
    let inside: object = {};
    await runThen(async ({ run }) => {
      if (run.runId !== second) inside = await runNow();
      return DONE;
    });
    expect(inside).toMatchObject({ scopeBusy: 1, done: 0 });
    const running = (await earlier.ledger.listEvents(second)).find(({ name }) => name === 'running');
    expect(running?.fields?.['runner']).toContain('then');
    expect(await earlier.ledger.get(second)).toMatchObject({ state: 'done', attempt: 1 });

    const held = await earlier.scopes.take({ scope: 'mr~7~9', runId: 'run-a', holder: 'then', leaseMs: MINUTE });
    expect(
      await storage.scopes.take({ scope: 'mr~7~9', runId: 'run-b', holder: 'now', leaseMs: MINUTE }),
    ).toMatchObject({ kind: 'busy', runId: 'run-a' });
    expect(held.kind).toBe('taken');
  });

  it('keep one limit of a binding together', async () => {
    const { earlier, storage } = createFixture();
    const first = { runId: 'run-a', scope: 'issue~PROJ-1', holder: 'then' };
    await earlier.scopes.take({ ...first, leaseMs: MINUTE });
    expect(await earlier.slots.take('PROJ', first, 1)).toBe('taken');
    const second = { runId: 'run-b', scope: 'issue~PROJ-2', holder: 'now' };
    expect(await storage.permits.take('PROJ', second, 1)).toBe('full');
    expect(await earlier.slots.take('PROJ', { ...second, runId: 'run-c' }, 1)).toBe('full');
  });
});

describe('effects on tickets and webhooks that wait in storage', () => {
  const ended = { kind: 'merge-request-ended', projectId: 7, iid: 3, ending: 'merged' } as const;
  const refused = { kind: 'refused', issueKey: 'PROJ-1', reason: 'asker-not-a-person' } as const;

  it('of the kinds 0.1.0 knew are done by either version, once', async () => {
    const { storage, then, earlier, now } = createFixture();
    const done: object[] = [];
    await storage.outbox.enqueue(ended);
    await code.runErrands({ ...then, perform: keepIn(done, 'remember' as const) });
    expect(await earlier.errands.want({ ...ended, iid: 4 })).toBe(true);
    await processOutbox({ ...now, perform: keepIn(done, 'complete' as const) });
    expect(done).toEqual([ended, { ...ended, iid: 4 }]);
    expect(await storage.outbox.enqueue({ ...ended, iid: 4 })).toBe(false);
    expect(await earlier.errands.want(ended)).toBe(false);
  });

  it('of other kinds are left alone by 0.1.0, with a line in its log, until this version is back', async () => {
    const { storage, then, now, listTrouble } = createFixture();
    const done: object[] = [];
    await storage.outbox.enqueue(refused);
    await storage.outbox.enqueue(ended);
    await code.runErrands({ ...then, perform: keepIn(done, 'remember' as const) });
    expect(done).toEqual([ended]);
    expect(listTrouble()).toEqual(['errand row unreadable']);
    await processOutbox({ ...now, perform: keepIn(done, 'complete' as const) });
    expect(done).toEqual([ended, refused]);
  });
});

describe('a ticket that 0.1.0 has worked on and that stays in its trigger', () => {
  const options = { hasEarlierRuns: true };

  it.each([0, 3])(
    'starts nothing more after the upgrade: admitted with the map of generation %i',
    async (generation) => {
      const { then, now, runThen, storage } = createFixture();
      const task = aCodingTask();
      const { runId } = await code.admitTask(task, then, { generation });
      expect(await admitTask(task, now, options)).toEqual({ kind: 'duplicate', runId });
      await runThen();
      expect(await admitTask(task, now, options)).toEqual({ kind: 'duplicate', runId });
      expect(await findAdmittedRun(task, { ...storage, ...options })).toMatchObject({ runId });
    },
  );

  it('starts when it is asked for anew, or the map was replaced and there is no merge request yet', async () => {
    const { then, now, runThen, clock, storage } = createFixture();
    const task = aCodingTask();
    await code.admitTask(task, then, { generation: 1 });
    await runThen();
    const asked = await admitTask(aCodingTask({ id: 'coding~PROJ-12~10300' }), now, options);
    expect(asked).toMatchObject({ kind: 'admitted' });
    await clock.advance(1000);
    const reloaded = { ...options, reloadedAt: clock.now() };
    expect(await findAdmittedRun(task, { ...storage, ...reloaded })).toBeUndefined();
    const again = await admitTask(task, now, reloaded);
    expect(again).toMatchObject({ kind: 'admitted' });
    expect(await admitTask(task, now, reloaded)).toEqual({ ...again, kind: 'duplicate' });
    expect(await findAdmittedRun(task, { ...storage, ...reloaded })).toMatchObject({ runId: again.runId });
  });
});

describe('after a roll back to 0.1.0', () => {
  it('what this version left is gone on with, and an audit is left where it is', async () => {
    const { admitNow, runNow, runThen, sweepThen, sweepNow, earlier, storage, clock, listTrouble } = createFixture();
    const parked = await admitNow(aReviewTask());
    await runNow(async () => RETRY);
    const queued = await admitNow(aCodingTask(ASKED));
    const request = { fixVersion: '2.4.0', projects: ['PROJ'], repositories: [], scope: {} };
    const audit = await admitNow(buildAuditTask(request, { at: clock.now() }));
    const performed: string[] = [];
    const perform = async ({ run }: { run: EarlierRun }) => {
      performed.push(run.runId);
      return DONE;
    };
    await clock.advance(MINUTE);
    await sweepThen();
    await runThen(perform);
    expect(performed.toSorted()).toEqual([parked, queued].toSorted());
    expect(await earlier.ledger.listRecent('mr~7~3', 10)).toMatchObject([{ runId: parked, state: 'done' }]);
    await expect(earlier.ledger.listRecent('all', 10)).rejects.toThrow('a run row cannot be read');
    expect(new Set(listTrouble())).toEqual(new Set(['run row unreadable', 'message unreadable']));

    // And forward again: the audit that was asked for before is done.
    await clock.advance(3 * MINUTE);
    expect(await sweepNow()).toMatchObject({ sent: 1 });
    expect(await runNow()).toMatchObject({ done: 1 });
    expect(await storage.ledger.get(audit)).toMatchObject({ state: 'done' });
  });

  it('a ticket that stays in its trigger is worked on once more, for 0.1.0 does not look for the keys of this version', async () => {
    const { admitNow, then, runNow } = createFixture();
    const task = aCodingTask();
    const runId = await admitNow(task);
    await runNow();
    const again = await code.admitTask(task, then, { generation: 1 });
    expect(again.kind).toBe('admitted');
    expect(again.runId).not.toBe(runId);
    expect(await code.admitTask(task, then, { generation: 1 })).toEqual({ ...again, kind: 'duplicate' });
    // What belongs to a merge request or a comment has the same key in both.
    for (const same of [aReviewTask(), aReplyTask(), aCodingTask({ id: 'coding~PROJ-12~c77' })]) {
      await admitNow(same);
      expect(await code.admitTask(same, then)).toMatchObject({ kind: 'duplicate' });
    }
  });
});

describe('the command line of this version with the storage of 0.1.0, and the other way', () => {
  it('shows runs, skips and what was given up, and requeues that', async () => {
    const { admitThen, runThen, storage, earlier, now, admitNow, runNow } = createFixture();
    const runId = await admitThen(aReviewTask());
    await runThen(async () => ({ kind: 'give-up', code: 'push-rejected' }));
    expect(await storage.ledger.listRecent('mr~7~3', 5)).toMatchObject([{ runId, state: 'failed' }]);
    await storage.queue.moveToPoison(await leaseOf(anEchoTask()), 'too-many-attempts');
    const [poisoned] = await earlier.queue.listPoison();
    expect(poisoned).toMatchObject({ reason: 'too-many-attempts', task: { kind: 'echo' } });
    expect(await requeuePoison(poisoned?.messageId ?? '', now)).toMatchObject({ kind: 'admitted' });

    await earlier.decisions.record('issue~PROJ-1', 'wrong-status', 'Open');
    await storage.skipLog.record('issue~PROJ-2', 'blocked', 'PROJ-3', 'change 7');
    expect(await storage.skipLog.list('issue~PROJ-1')).toMatchObject([{ reason: 'wrong-status', detail: 'Open' }]);
    expect(await earlier.decisions.list('issue~PROJ-2')).toMatchObject([{ reason: 'blocked', detail: 'PROJ-3' }]);

    const later = await admitNow(aReplyTask());
    await runNow();
    expect((await earlier.ledger.listRecent('mr~7~3', 5)).map((run) => run.runId)).toContain(later);

    async function leaseOf(task: Task) {
      await storage.queue.enqueue(task, { runId: 'run-lost' });
      const lease = await storage.queue.lease({ visibilityTimeoutSeconds: 60 });
      if (!lease) throw new Error('no message');
      return lease;
    }
  });
});
