import { describe, expect, it } from 'vitest';
import { buildTableKey } from '../../shared/adapters/storage/tables/table-key.ts';
import type { Outcome } from '../../shared/domain/runs/outcome.ts';
import type { Run } from '../../shared/domain/runs/run.ts';
import type { Task } from '../../shared/domain/runs/task.ts';
import { HOUR, MINUTE, SECOND } from '../../shared/kernel/clock.ts';
import { type ErrorCode, TaskError } from '../../shared/kernel/errors.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { admitTask } from '../../shared/services/runs/admit-task.ts';
import { endRun } from '../../shared/services/runs/end-run.ts';
import { sweep } from '../../shared/services/runs/sweep.ts';
import { DRAIN_TIMES } from '../../test/builders/drain.ts';
import { aCodingTask, anEchoTask } from '../../test/builders/tasks.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createMemoryLog, type MemoryLog } from '../../test/doubles/memory-log.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { type DrainDeps, drain } from './drain.ts';
import { type DrainReport, emptyReport } from './drain-report.ts';
import type { Perform } from './perform-until-aborted.ts';

const DONE: Outcome = { kind: 'done', result: { what: 'echo' } };
const RETRY: Outcome = { kind: 'retry', code: 'clone-failed', detail: 'exit 128' };
const OUTAGE: Outcome = { kind: 'retry', code: 'gitlab-unavailable', detail: 'GET /projects' };
const GIVE_UP: Outcome = { kind: 'give-up', code: 'rebase-conflict', detail: 'a.ts' };

function createFixture() {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const notified: Run[] = [];
  const performed: string[] = [];
  const common = { ...storage, clock, log: silentLog, notify: async (run: Run) => void notified.push(run) };
  const never = new AbortController().signal;

  const createDeps = (runnerId: string, work: Perform = async () => DONE): DrainDeps => ({
    ...common,
    ...DRAIN_TIMES,
    runnerId,
    perform: async (context, signal) => {
      performed.push(`${runnerId} ${context.run.runId} ${context.run.attempt}`);
      return work(context, signal);
    },
  });
  const admit = async (task: Task = anEchoTask()) => (await admitTask(task, common)).runId;
  const namesOf = async (runId: string) => (await storage.ledger.listEvents(runId)).map(({ name }) => name);
  /** Drains while time passes, until the runner has ended. */
  const drainFor = async (deps: DrainDeps, ms: number, signal = never) => {
    const drained = drain(deps, signal);
    await clock.advance(ms);
    return drained;
  };
  return { ...common, parts: storage.parts, notified, performed, createDeps, admit, namesOf, drainFor, never };
}

/** Work that goes on until it is ended. */
function createGate() {
  let open: (outcome: Outcome) => void = () => {};
  const outcome = new Promise<Outcome>((resolve) => {
    open = resolve;
  });
  return { open: (value: Outcome = DONE) => open(value), work: (async () => outcome) satisfies Perform };
}

/** Work that ends when it is aborted, as it should. */
const untilAborted: Perform = (_, signal) =>
  new Promise((resolve) => {
    const end = () => resolve({ kind: 'retry', code: (signal.reason as TaskError).code }); // always ours, see drain
    if (signal.aborted) end();
    signal.addEventListener('abort', end);
  });

describe('draining', () => {
  it('performs every queued task once, records each stage, and ends when the queue is empty', async () => {
    const { admit, createDeps, ledger, namesOf, queue, scopes, never } = createFixture();
    const ids = [await admit(), await admit(), await admit()];
    const deps = createDeps('a', async ({ stage, step }) => {
      step({ tool: 'edit', target: 'a.ts' });
      step({ tool: 'shell' });
      await stage('pushed', { sha: 'abc' });
      return DONE;
    });
    expect(await drain(deps, never)).toMatchObject({ settled: 3, done: 3 });
    for (const id of ids) {
      expect(await ledger.get(id)).toMatchObject({
        state: 'done',
        attempt: 1,
        notified: true,
        result: { what: 'echo' },
      });
      expect((await namesOf(id)).sort()).toEqual([
        'agent-step',
        'agent-step',
        'done',
        'planned',
        'pushed',
        'queued',
        'running',
      ]);
    }
    expect(await queue.getDepth()).toEqual({ count: 0, poisonCount: 0 });
    expect(await scopes.list()).toEqual([]);
    expect(await ledger.listOpen()).toEqual([]);
  });

  it('lets one of two runners work on one task', async () => {
    const { admit, createDeps, never, performed } = createFixture();
    await admit();
    const reports = await Promise.all([drain(createDeps('a'), never), drain(createDeps('b'), never)]);
    expect(performed).toHaveLength(1);
    expect(reports.map(({ done }) => done).sort()).toEqual([0, 1]);
  });

  it('deletes the second message of a run that is being worked on or is over', async () => {
    const { admit, createDeps, never, performed, queue, ledger, clock } = createFixture();
    const task = anEchoTask();
    const runId = await admit(task);
    await queue.enqueue(task, { runId });
    const gate = createGate();
    const first = drain(createDeps('a', gate.work), never);
    await clock.advance(0);
    expect(await drain(createDeps('b'), never)).toMatchObject({ settled: 1, ignored: 1 });
    gate.open();
    await first;
    await queue.enqueue(task, { runId });
    expect(await drain(createDeps('b'), never)).toMatchObject({ settled: 1, ignored: 1 });
    expect(performed).toHaveLength(1);
    expect(await ledger.get(runId)).toMatchObject({ state: 'done', attempt: 1 });
    expect((await queue.getDepth()).count).toBe(0);
  });

  it('leases a message for as long as it is told', async () => {
    const { admit, createDeps, never, clock, performed } = createFixture();
    await admit();
    const dead = createDeps('dead', () => new Promise(() => {}));
    void drain({ ...dead, leaseMs: MINUTE, clock: { now: clock.now, sleep: () => new Promise(() => {}) } }, never);
    await clock.advance(MINUTE - 1);
    expect(await drain(createDeps('b'), never)).toMatchObject({ settled: 0 });
    await clock.advance(1);
    expect(await drain(createDeps('b'), never)).toMatchObject({ done: 1 });
    expect(performed).toHaveLength(2);
  });

  it('renews message and scope for as long as work takes', async () => {
    const { admit, createDeps, never, performed, clock, ledger } = createFixture();
    const runId = await admit();
    const gate = createGate();
    const first = drain(createDeps('a', gate.work), never);
    for (let minutes = 0; minutes < 60; minutes += 1) {
      await clock.advance(MINUTE);
      expect(await drain(createDeps('b'), never)).toMatchObject({ settled: 0 });
    }
    gate.open();
    await first;
    expect(performed).toHaveLength(1);
    expect((await ledger.get(runId)).state).toBe('done');
  });

  it('takes over from a runner that died, in the next attempt', async () => {
    const { admit, createDeps, never, performed, clock, ledger, queue, scopes } = createFixture();
    const runId = await admit();
    // A dead runner: everything up to its work happened, and then nothing more, not even a renewal.
    const frozen = createDeps('dead', () => new Promise(() => {}));
    void drain({ ...frozen, clock: { now: clock.now, sleep: () => new Promise(() => {}) } }, never);
    await clock.advance(179 * SECOND);
    expect(await drain(createDeps('b'), never)).toMatchObject({ settled: 0 });
    await clock.advance(SECOND);
    expect(await drain(createDeps('b'), never)).toMatchObject({ done: 1 });
    expect(performed).toEqual([`dead ${runId} 1`, `b ${runId} 2`]);
    expect(await ledger.get(runId)).toMatchObject({ state: 'done', attempt: 2 });
    expect((await queue.getDepth()).count).toBe(0);
    expect(await scopes.list()).toEqual([]);
  });

  it('gives a run up after five runners died over it: poison, failed, notified', async () => {
    const { admit, createDeps, never, performed, clock, ledger, queue, notified } = createFixture();
    const runId = await admit();
    for (let deaths = 0; deaths < 5; deaths += 1) {
      const frozen = createDeps(`dead${deaths}`, () => new Promise(() => {}));
      void drain({ ...frozen, clock: { now: clock.now, sleep: () => new Promise(() => {}) } }, never);
      await clock.advance(3 * MINUTE);
    }
    expect(await drain(createDeps('b'), never)).toMatchObject({ failed: 1 });
    expect(performed).toHaveLength(5);
    expect(await ledger.get(runId)).toMatchObject({ state: 'failed', code: 'too-many-attempts', notified: true });
    expect(notified).toMatchObject([{ runId, state: 'failed' }]);
    expect(await queue.listPoison()).toMatchObject([{ runId, reason: 'too-many-attempts' }]);
    expect((await queue.getDepth()).count).toBe(0);
  });

  it('gives a message up that came back too often without its run ever having begun', async () => {
    const { admit, createDeps, never, performed, ledger, queue, clock } = createFixture();
    const runId = await admit();
    for (let deliveries = 0; deliveries < 5; deliveries += 1) {
      await queue.lease({ visibilityTimeoutSeconds: 1 });
      await clock.advance(SECOND);
    }
    expect(await drain(createDeps('b'), never)).toMatchObject({ failed: 1 });
    expect(performed).toEqual([]);
    expect((await ledger.get(runId)).state).toBe('failed');
  });

  it('fails a run that can never be begun and notifies once, and sends it no more', async () => {
    const fixture = createFixture();
    const { admit, createDeps, never, parts, performed, ledger, queue, clock, notified } = fixture;
    const task = aCodingTask();
    const runId = await admit(task);
    await parts.rows.state.write('scopes', [
      { kind: 'put', key: buildTableKey(task.scope), fields: { scope: task.scope, holder: 7 } },
    ]);
    for (let minutes = 0; minutes < 60; minutes += 1) {
      await drain(createDeps('a'), never);
      await clock.advance(MINUTE);
      await sweep(fixture);
    }
    expect(performed).toEqual([]);
    expect(await ledger.get(runId)).toMatchObject({ state: 'failed', code: 'unexpected', notified: true });
    expect(notified).toMatchObject([{ runId, state: 'failed', code: 'unexpected' }]);
    expect(await queue.listPoison()).toMatchObject([{ runId, reason: 'unexpected' }]);
    expect(await queue.getDepth()).toEqual({ count: 0, poisonCount: 1 });
  });

  it('poisons the message of a run that cannot even be read', async () => {
    const { admit, createDeps, never, parts, queue, clock } = createFixture();
    const runId = await admit();
    await parts.rows.runs.write('runs', [{ kind: 'put', key: `run:${runId}`, fields: { state: 'strange' } }]);
    for (let deliveries = 0; deliveries < 6; deliveries += 1) {
      await drain(createDeps('a'), never);
      await clock.advance(3 * MINUTE);
    }
    expect(await queue.listPoison()).toMatchObject([{ runId, reason: 'unexpected' }]);
    expect((await queue.getDepth()).count).toBe(0);
  });

  it('poisons what it cannot read and goes on', async () => {
    const { admit, createDeps, never, parts, queue } = createFixture();
    await parts.tasks.send('hello');
    await admit();
    expect(await drain(createDeps('a'), never)).toMatchObject({ settled: 2, unreadable: 1, done: 1 });
    expect(await queue.listPoison()).toMatchObject([
      { reason: 'message-unreadable: the message is not JSON', body: 'hello' },
    ]);
  });

  it('leaves what a later release wrote to a runner of that release, and gives it up when none has come', async () => {
    const { admit, createDeps, never, parts, queue, clock } = createFixture();
    const text = JSON.stringify({ version: 1, runId: 'run-1', task: { ...aCodingTask(), kind: 'scan' } });
    await parts.tasks.send(text);
    await admit();
    const log = createMemoryLog();
    expect(await drain({ ...createDeps('a'), log }, never)).toMatchObject({
      settled: 1,
      unreadable: 0,
      lost: 1,
      done: 1,
    });
    const reason = 'the task has the kind scan, which this release does not know';
    expect(log.lines[0]).toEqual({
      level: 'warn',
      event: 'message of a later release left',
      fields: { messageId: 'message-1', delivery: 1, reason },
    });
    // No runner sees it before the lease ends, and one of the later release would have it then.
    expect(await queue.peek()).toEqual([]);
    for (const delivery of [2, 3, 4]) {
      await clock.advance(3 * MINUTE);
      expect(await drain(createDeps('a'), never)).toMatchObject({ lost: 1, unreadable: 0 });
      expect((await queue.getDepth()).poisonCount, `after delivery ${delivery}`).toBe(0);
    }
    await clock.advance(3 * MINUTE);
    expect(await drain(createDeps('a'), never)).toMatchObject({ lost: 0, unreadable: 1 });
    expect(await queue.listPoison()).toMatchObject([{ reason: `message-unreadable: ${reason}`, body: text }]);
    expect((await queue.getDepth()).count).toBe(0);
  });

  it('makes a run of a message that has none', async () => {
    const { createDeps, never, queue, ledger } = createFixture();
    await queue.enqueue(anEchoTask(), { runId: 'run-by-hand' });
    expect(await drain(createDeps('a'), never)).toMatchObject({ done: 1 });
    expect((await ledger.get('run-by-hand')).state).toBe('done');
  });
});

describe('outcomes', () => {
  it('retry: parked with growing waits and no message, and done in the end', async () => {
    const fixture = createFixture();
    const { admit, createDeps, never, ledger, queue, clock, performed } = fixture;
    const runId = await admit();
    for (const waitMs of [30_000, 60_000, 120_000]) {
      expect(
        await drain(
          createDeps('a', async () => RETRY),
          never,
        ),
      ).toMatchObject({ retried: 1 });
      expect(await ledger.get(runId)).toMatchObject({
        state: 'parked',
        parkedReason: 'clone-failed',
        parkedUntil: clock.now() + waitMs,
      });
      expect((await queue.getDepth()).count).toBe(0);
      await clock.advance(waitMs - 1);
      expect(await sweep(fixture)).toMatchObject({ sent: 0 });
      await clock.advance(1);
      expect(await sweep(fixture)).toMatchObject({ sent: 1, stuck: 0 });
    }
    expect(await drain(createDeps('a'), never)).toMatchObject({ done: 1 });
    expect(performed).toHaveLength(4);
    expect((await ledger.get(runId)).code).toBeUndefined();
  });

  it('retry: as late as the service asked', async () => {
    const { admit, createDeps, never, ledger, clock } = createFixture();
    const runId = await admit();
    await drain(
      createDeps('a', async () => ({ ...RETRY, retryAfterMs: 300_000 })),
      never,
    );
    expect((await ledger.get(runId)).parkedUntil).toBe(clock.now() + 300_000);
  });

  it('retry: five times, then failed with the last reason, notified, and on the poison queue', async () => {
    const fixture = createFixture();
    const { admit, createDeps, never, ledger, queue, clock, performed, notified } = fixture;
    const runId = await admit();
    for (let attempts = 0; attempts < 5; attempts += 1) {
      await drain(
        createDeps('a', async () => RETRY),
        never,
      );
      await clock.advance(20 * MINUTE);
      await sweep(fixture);
    }
    expect(performed).toHaveLength(5);
    expect(await ledger.get(runId)).toMatchObject({
      state: 'failed',
      code: 'too-many-attempts',
      notified: true,
      detail: 'The repository could not be cloned. exit 128',
    });
    expect(notified).toHaveLength(1);
    expect(await queue.listPoison()).toMatchObject([{ runId, reason: 'clone-failed' }]);
    expect(await queue.getDepth()).toEqual({ count: 0, poisonCount: 1 });
  });

  it.each<ErrorCode>([
    'gitlab-unavailable',
    'gitlab-rate-limited',
    'jira-unavailable',
    'jira-rate-limited',
    'storage-unavailable',
    'key-vault-unavailable',
    'model-unavailable',
  ])('retry: gets over an hour of %s, and says so when it takes longer', async (code) => {
    const fixture = createFixture();
    const { admit, createDeps, never, ledger, queue, clock, performed, notified } = fixture;
    const runId = await admit();
    const startedAt = clock.now();
    let stateAfterAnHour: string | undefined;
    for (let minutes = 0; minutes < 90; minutes += 1) {
      await drain(
        createDeps('a', async () => ({ kind: 'retry', code })),
        never,
      );
      if (clock.now() === startedAt + HOUR) stateAfterAnHour = (await ledger.get(runId)).state;
      await clock.advance(MINUTE);
      await sweep(fixture);
    }
    expect(stateAfterAnHour).toBe('parked');
    expect(performed).toHaveLength(9);
    expect(await ledger.get(runId)).toMatchObject({ state: 'failed', code: 'too-many-attempts', notified: true });
    expect(notified).toHaveLength(1);
    expect(await queue.listPoison()).toMatchObject([{ runId, reason: code }]);
  });

  it('retry: an outage takes none of the five attempts away', async () => {
    const fixture = createFixture();
    const { admit, createDeps, never, ledger, clock, performed } = fixture;
    const runId = await admit();
    const outcomes = [OUTAGE, RETRY, OUTAGE, OUTAGE, RETRY, OUTAGE, RETRY, OUTAGE, RETRY, OUTAGE, DONE];
    for (let tries = 0; tries < 11; tries += 1) {
      await drain(
        createDeps('a', async () => outcomes.shift() ?? DONE),
        never,
      );
      await clock.advance(20 * MINUTE);
      await sweep(fixture);
    }
    expect(performed).toHaveLength(11);
    expect((await ledger.get(runId)).state).toBe('done');
  });

  it('retry: waits are short where the first one is, as in tests', async () => {
    const fixture = createFixture();
    const { admit, createDeps, never, ledger, clock } = fixture;
    const runId = await admit();
    let longestMs = 0;
    while ((await ledger.get(runId)).state !== 'failed') {
      await drain({ ...createDeps('a', async () => OUTAGE), retryBaseMs: 2000 }, never);
      const waitMs = ((await ledger.get(runId)).parkedUntil ?? clock.now()) - clock.now();
      longestMs = Math.max(longestMs, waitMs);
      await clock.advance(waitMs);
      await sweep(fixture);
    }
    expect(longestMs).toBe(60_000);
  });

  it('give up: failed and notified before the message is gone, and no poison', async () => {
    const { admit, createDeps, never, ledger, queue, notified } = createFixture();
    const runId = await admit();
    const deps = createDeps('a', async () => GIVE_UP);
    const notify = async (run: Run) => {
      expect((await queue.getDepth()).count).toBe(1);
      await deps.notify(run);
    };
    expect(await drain({ ...deps, notify }, never)).toMatchObject({ failed: 1 });
    expect(await ledger.get(runId)).toMatchObject({
      state: 'failed',
      code: 'rebase-conflict',
      detail: 'a.ts',
      notified: true,
    });
    expect(notified).toHaveLength(1);
    expect(await queue.getDepth()).toEqual({ count: 0, poisonCount: 0 });
  });

  it('give up, but the notification fails: the sweeper notifies later', async () => {
    const fixture = createFixture();
    const { admit, createDeps, never, ledger, clock, notified } = fixture;
    const runId = await admit();
    const notify = async () => {
      throw new TaskError('jira-unavailable');
    };
    await drain({ ...createDeps('a', async () => GIVE_UP), notify }, never);
    expect(await ledger.get(runId)).toMatchObject({ state: 'failed', notified: false });
    await clock.advance(4 * MINUTE);
    await sweep(fixture);
    expect(notified).toHaveLength(1);
  });

  it.each<{ name: string; thrown: unknown; state: string; code: string }>([
    {
      name: 'a named error that may pass',
      thrown: new TaskError('jira-rate-limited', { retryAfterMs: 90_000 }),
      state: 'parked',
      code: 'jira-rate-limited',
    },
    {
      name: 'a named error that will not',
      thrown: new TaskError('push-rejected'),
      state: 'failed',
      code: 'push-rejected',
    },
    { name: 'a bug', thrown: new Error('bug'), state: 'failed', code: 'unexpected' },
  ])('perform throws $name', async ({ thrown, state, code }) => {
    const { admit, createDeps, never, ledger } = createFixture();
    const runId = await admit();
    await drain(
      createDeps('a', () => Promise.reject(thrown)),
      never,
    );
    expect(await ledger.get(runId)).toMatchObject({ state, code });
  });

  it('has a start announced before the run is running, and an end before it is final', async () => {
    const { admit, createDeps, never, ledger } = createFixture();
    const runId = await admit(aCodingTask());
    const seen: string[] = [];
    const announceRun: DrainDeps['announceRun'] = async (run, moment) =>
      void seen.push(`${moment} ${(await ledger.get(run.runId)).state}`);
    await drain({ ...createDeps('a'), announceRun }, never);
    expect((await ledger.get(runId)).state).toBe('done');
    expect(seen).toEqual(['started queued', 'ended running']);
  });

  it('has no end announced of a run that is tried again', async () => {
    const { admit, createDeps, never } = createFixture();
    await admit(aCodingTask());
    const seen: string[] = [];
    await drain(
      { ...createDeps('a', async () => RETRY), announceRun: async (_, moment) => void seen.push(moment) },
      never,
    );
    expect(seen).toEqual(['started']);
  });

  it('does not end a run whose end could not be announced', async () => {
    const { admit, createDeps, never, ledger } = createFixture();
    const runId = await admit(aCodingTask());
    let fails = true;
    const deps: DrainDeps = {
      ...createDeps('a'),
      async announceRun(_, moment) {
        if (moment !== 'ended') return;
        expect((await ledger.get(runId)).state).toBe('running');
        if (fails) {
          fails = false;
          throw new TaskError('storage-refused');
        }
      },
    };
    await expect(drain(deps, never)).rejects.toMatchObject({ code: 'storage-refused' });
    expect((await ledger.get(runId)).state).toBe('running');
  });

  it('superseded: final, and without a notification', async () => {
    const { admit, createDeps, never, ledger, notified } = createFixture();
    const runId = await admit();
    await drain(
      createDeps('a', async () => ({ kind: 'superseded', reason: 'newer-head' })),
      never,
    );
    expect(await ledger.get(runId)).toMatchObject({ state: 'superseded', detail: 'newer-head', notified: true });
    expect(notified).toEqual([]);
  });

  it('a person ended the run meanwhile: their ending stands and the message goes', async () => {
    const { admit, createDeps, never, ledger, queue, scopes, clock } = createFixture();
    const runId = await admit();
    const deps = createDeps('a', async () => {
      await endRun(runId, { state: 'cancelled', reason: 'asked' }, { ledger, clock });
      return DONE;
    });
    await drain(deps, never);
    expect(await ledger.get(runId)).toMatchObject({ state: 'cancelled' });
    expect((await queue.getDepth()).count).toBe(0);
    expect(await scopes.list()).toEqual([]);
  });
});

describe('a run that moves while it is being begun', () => {
  it('is left alone and its scope is free', async () => {
    const { admit, createDeps, never, ledger, queue, scopes, performed, clock } = createFixture();
    const runId = await admit();
    const update: typeof ledger.update = async (record, change) => {
      await endRun(runId, { state: 'cancelled', reason: 'asked' }, { ledger, clock });
      return ledger.update(record, change);
    };
    expect(await drain({ ...createDeps('a'), ledger: { ...ledger, update } }, never)).toMatchObject({ ignored: 1 });
    expect(performed).toEqual([]);
    expect(await scopes.list()).toEqual([]);
    expect((await queue.getDepth()).count).toBe(0);
  });
});

describe('agent steps', () => {
  it('are in storage before the run is settled, in few writes', async () => {
    const { admit, createDeps, never, ledger, namesOf } = createFixture();
    const runId = await admit();
    let writes = 0;
    const append: typeof ledger.append = async (...events) => {
      writes += 1;
      for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
      await ledger.append(...events);
    };
    let namesAtEnd: string[] = [];
    const update: typeof ledger.update = async (record, change) => {
      if (change.state === 'done') namesAtEnd = await namesOf(runId);
      return ledger.update(record, change);
    };
    const deps = createDeps('a', async ({ step }) => {
      for (let n = 0; n < 1500; n += 1) step({ n });
      return DONE;
    });
    await drain({ ...deps, ledger: { ...ledger, append, update } }, never);
    expect(namesAtEnd.filter((name) => name === 'agent-step')).toHaveLength(1000);
    expect(writes).toBeLessThan(20);
  });

  it('that cannot be recorded do not fail the run', async () => {
    const { admit, createDeps, never, ledger } = createFixture();
    await admit();
    const append = () => Promise.reject(new TaskError('storage-unavailable'));
    const deps = createDeps('a', async ({ step }) => {
      step({ tool: 'edit' });
      return DONE;
    });
    expect(await drain({ ...deps, ledger: { ...ledger, append } }, never)).toMatchObject({ done: 1 });
  });
});

describe('a busy scope', () => {
  it('parks the second run and sends it the moment the first ends', async () => {
    const { admit, createDeps, never, ledger, queue, clock, performed, namesOf } = createFixture();
    const first = await admit(aCodingTask({ id: 'one' }));
    const gate = createGate();
    const draining = drain(createDeps('a', gate.work), never);
    await clock.advance(0);
    const second = await admit(aCodingTask({ id: 'two' }));
    expect(await drain(createDeps('b'), never)).toMatchObject({ settled: 1, scopeBusy: 1 });
    expect(await ledger.get(second)).toMatchObject({ state: 'parked', parkedReason: 'scope-busy', attempt: 0 });
    expect((await queue.getDepth()).count).toBe(1);

    await clock.advance(2 * MINUTE);
    gate.open();
    expect(await draining).toMatchObject({ done: 2 });
    expect(performed).toEqual([`a ${first} 1`, `a ${second} 1`]);
    expect(await namesOf(second)).toEqual(['planned', 'queued', 'parked', 'planned', 'queued', 'running', 'done']);
  });

  it('is noticed as free when the first run ends while the second is being parked', async () => {
    const { admit, createDeps, never, ledger, clock, scopes } = createFixture();
    await admit(aCodingTask({ id: 'one' }));
    const gate = createGate();
    const draining = drain(createDeps('a', gate.work), never);
    await clock.advance(0);
    const second = await admit(aCodingTask({ id: 'two' }));
    const slow: DrainDeps = {
      ...createDeps('b'),
      scopes: {
        ...scopes,
        async waitFor(scope, runId) {
          gate.open();
          await draining;
          return scopes.waitFor(scope, runId);
        },
      },
    };
    expect(await drain(slow, never)).toMatchObject({ scopeBusy: 1, done: 1 });
    expect((await ledger.get(second)).state).toBe('done');
  });

  it('is not waited for for ever when its runner dies', async () => {
    const fixture = createFixture();
    const { admit, createDeps, never, ledger, clock, scopes } = fixture;
    await scopes.take({ scope: 'issue~PROJ-12', runId: 'run-gone', holder: 'x', leaseMs: 150_000 });
    const second = await admit(aCodingTask({ id: 'two' }));
    await drain(createDeps('b'), never);
    await clock.advance(10 * MINUTE);
    await sweep(fixture);
    expect(await drain(createDeps('b'), never)).toMatchObject({ done: 1 });
    expect((await ledger.get(second)).state).toBe('done');
  });
});

describe('the scope of a runner that died', () => {
  it.each([
    { name: 'before its first renewal', diesAfterMs: 0, slowMs: 0, freeAfterMs: 150 * SECOND },
    { name: 'after the renewal at 60 seconds', diesAfterMs: 60 * SECOND, slowMs: 0, freeAfterMs: 210 * SECOND },
    { name: 'and was slow to begin', diesAfterMs: 0, slowMs: 40 * SECOND, freeAfterMs: 150 * SECOND },
  ])('is free in time, and not sooner: $name', async ({ diesAfterMs, slowMs, freeAfterMs }) => {
    const { admit, createDeps, never, ledger, clock, scopes } = createFixture();
    const { task } = await ledger.get(await admit());
    const startedAt = clock.now();
    const dies: DrainDeps['clock'] = {
      now: clock.now,
      sleep: (ms, signal) =>
        clock.now() + ms > startedAt + diesAfterMs ? new Promise(() => {}) : clock.sleep(ms, signal),
    };
    const find: typeof ledger.find = async (runId) => {
      await clock.sleep(slowMs);
      return ledger.find(runId);
    };
    const frozen = createDeps('dead', () => new Promise(() => {}));
    void drain({ ...frozen, ledger: { ...ledger, find }, clock: dies }, never);
    const take = () => scopes.take({ scope: task.scope, runId: 'run-next', holder: 'b', leaseMs: SECOND });
    await clock.advance(freeAfterMs - 1);
    expect(await take()).toMatchObject({ kind: 'busy' });
    await clock.advance(1);
    expect(await take()).toMatchObject({ kind: 'taken' });
  });
});

describe('a lost message lease', () => {
  it.each([
    { name: 'the message is taken away', lose: 'message' as const },
    { name: 'the scope is taken away', lose: 'scope' as const },
    { name: 'storage does not answer for too long', lose: 'storage' as const },
    { name: 'a renewal of the message hangs', lose: 'message-hangs' as const },
    { name: 'a renewal of the scope hangs', lose: 'scope-hangs' as const },
  ])('aborts the work and writes nothing when $name', async ({ lose }) => {
    const { admit, createDeps, never, ledger, queue, scopes, clock, notified } = createFixture();
    const runId = await admit();
    const reasons: unknown[] = [];
    const deps = createDeps('a', async (context, signal) => {
      const outcome = await untilAborted(context, signal);
      reasons.push(signal.reason);
      return outcome;
    });
    let out = false;
    const renew: typeof queue.renew = async (message, options) => {
      if (out) throw new TaskError('storage-unavailable');
      if (lose === 'message-hangs') return new Promise(() => {});
      return lose === 'message' ? 'lost' : queue.renew(message, options);
    };
    const hanging: typeof scopes = { ...scopes, renew: () => new Promise(() => {}) };
    const held = lose === 'scope-hangs' ? hanging : scopes;
    const draining = drain({ ...deps, queue: { ...queue, renew }, scopes: held }, never);
    await clock.advance(30 * SECOND);
    out = lose === 'storage';
    const lock = lose === 'scope' && (await scopes.find((await ledger.get(runId)).task.scope));
    if (lock) await scopes.seize(lock, 'operator');
    const before = await ledger.get(runId);
    await clock.advance(2 * MINUTE);

    expect(await draining).toMatchObject({ lost: 1, settled: 0 });
    expect(reasons).toMatchObject([{ code: 'claim-lost' }]);
    expect(await ledger.get(runId)).toEqual(before);
    expect(notified).toEqual([]);
    expect((await scopes.list()).map(({ holder }) => holder)).toEqual(lose === 'scope' ? ['operator'] : []);
    await clock.advance(3 * MINUTE);
    expect(await drain(createDeps('b'), never)).toMatchObject({ done: 1 });
  });

  it.each<{ name: string; renew: () => Promise<never> }>([
    { name: 'hang', renew: () => new Promise(() => {}) },
    { name: 'fail', renew: () => Promise.reject(new TaskError('storage-unavailable')) },
  ])('is given up 135 seconds after it was taken when its renewals $name', async ({ renew }) => {
    const { admit, createDeps, never, queue, clock } = createFixture();
    await admit();
    let aborted = false;
    const deps = createDeps('a', async (context, signal) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return untilAborted(context, signal);
    });
    const draining = drain({ ...deps, queue: { ...queue, renew } }, never);
    await clock.advance(135 * SECOND - 1);
    expect(aborted).toBe(false);
    await clock.advance(1);
    expect(aborted).toBe(true);
    expect(await draining).toMatchObject({ lost: 1 });
  });

  it('survives a storage outage that is shorter than the lease', async () => {
    const { admit, createDeps, never, queue, clock } = createFixture();
    await admit();
    const gate = createGate();
    let out = false;
    const renew: typeof queue.renew = async (message, options) => {
      if (out) throw new TaskError('storage-unavailable');
      return queue.renew(message, options);
    };
    const draining = drain({ ...createDeps('a', gate.work), queue: { ...queue, renew } }, never);
    await clock.advance(50 * SECOND);
    out = true;
    await clock.advance(70 * SECOND);
    out = false;
    await clock.advance(5 * MINUTE);
    gate.open();
    expect(await draining).toMatchObject({ done: 1, lost: 0 });
  });

  it('leases no other message afterwards: the process ends', async () => {
    const { admit, createDeps, never, queue, clock, performed } = createFixture();
    await admit();
    await admit();
    const deps = createDeps('a', untilAborted);
    const draining = drain({ ...deps, queue: { ...queue, renew: async () => 'lost' } }, never);
    await clock.advance(2 * MINUTE);
    expect(await draining).toMatchObject({ lost: 1, settled: 0 });
    expect(performed).toHaveLength(1);
  });

  it('ends the process when the work does not end', async () => {
    const { admit, createDeps, never, queue, clock } = createFixture();
    await admit();
    const deps = createDeps('a', () => new Promise(() => {}));
    const draining = drain({ ...deps, queue: { ...queue, renew: async () => 'lost' } }, never);
    const refused = expect(draining).rejects.toMatchObject({
      code: 'claim-lost',
      detail: 'the work did not end when it was aborted',
    });
    await clock.advance(5 * MINUTE);
    await refused;
  });
});

describe('what a run worked with', () => {
  it('stands in its record, also when it failed, with the usage of all its attempts', async () => {
    const fixture = createFixture();
    const { admit, createDeps, never, ledger, clock } = fixture;
    const runId = await admit();
    const usage = { modelCalls: 1, inputTokens: 10, outputTokens: 2 };
    const perform: Perform = async (context) => {
      context.note({ model: 'a-model', mapGeneration: 7, baseSha: 'abc' });
      context.addUsage(usage);
      return { kind: 'retry', code: 'agent-silent' };
    };
    await drain(createDeps('a', perform), never);
    expect((await ledger.get(runId)).facts).toEqual({ model: 'a-model', mapGeneration: 7, baseSha: 'abc', usage });

    await clock.advance(20 * MINUTE);
    await sweep(fixture);
    await drain(
      createDeps('b', async (context) => {
        context.addUsage(usage);
        return { kind: 'give-up', code: 'change-refused' };
      }),
      never,
    );
    expect(await ledger.get(runId)).toMatchObject({
      state: 'failed',
      facts: { model: 'a-model', usage: { modelCalls: 2, inputTokens: 20, outputTokens: 4 } },
    });
  });
});

describe('what operators read in the log', () => {
  /** Level, event and fields of each line, without the ids of run and message, which its first line must have. */
  async function logOf(work: (fixture: ReturnType<typeof createFixture>, log: MemoryLog) => Promise<unknown>) {
    const log = createMemoryLog();
    await work(createFixture(), log);
    return log.lines.map(({ level, event, fields: { runId: _, taskId: __, messageId: ___, ...fields } }) => ({
      level,
      event,
      ...fields,
    }));
  }

  it('names run, task, message and attempt in each line about a run', async () => {
    const { admit, createDeps, never, clock } = createFixture();
    const log = createMemoryLog();
    const runId = await admit(aCodingTask({ credentialRef: 'team_a' }));
    const work: Perform = async ({ log: own }) => {
      await clock.sleep(MINUTE);
      own.info('at work');
      return { kind: 'give-up', code: 'push-rejected' };
    };
    const drained = drain({ ...createDeps('a', work), log }, never);
    await clock.advance(MINUTE);
    await drained;
    const about = {
      runId,
      taskId: 'coding~PROJ-12~10233',
      kind: 'coding',
      messageId: 'message-1',
      delivery: 1,
      attempt: 1,
    };
    expect(log.lines).toEqual([
      { level: 'info', event: 'run begun', fields: { ...about, scope: 'issue~PROJ-12', credentialRef: 'team_a' } },
      { level: 'info', event: 'at work', fields: about },
      {
        level: 'info',
        event: 'run settled',
        fields: { ...about, outcome: 'give-up', state: 'failed', durationMs: MINUTE, code: 'push-rejected' },
      },
    ]);
  });

  it('says no code of work that has none', async () => {
    const lines = await logOf(async ({ admit, createDeps, never }, log) => {
      await admit();
      await drain({ ...createDeps('a'), log }, never);
    });
    expect(lines.at(-1)).toStrictEqual({
      level: 'info',
      event: 'run settled',
      kind: 'echo',
      delivery: 1,
      attempt: 1,
      outcome: 'done',
      state: 'done',
      durationMs: 0,
    });
  });

  it('says why a message is ignored, and that a run waits for its scope', async () => {
    const lines = await logOf(async ({ admit, createDeps, never, queue, scopes }, log) => {
      const task = aCodingTask();
      const runId = await admit(task);
      await scopes.take({ scope: task.scope, runId: 'run-other', holder: 'x', leaseMs: MINUTE });
      await drain({ ...createDeps('a'), log }, never);
      await queue.enqueue(task, { runId });
      await drain({ ...createDeps('a'), log }, never);
    });
    const about = { level: 'info', kind: 'coding', delivery: 1 };
    expect(lines).toEqual([
      { ...about, event: 'run parked', reason: 'scope-busy', scope: 'issue~PROJ-12' },
      { ...about, event: 'message ignored', reason: 'parked' },
    ]);
  });

  it('says that a message cannot be read, without its content', async () => {
    const lines = await logOf(async ({ createDeps, never, parts }, log) => {
      await parts.tasks.send('hello');
      await drain({ ...createDeps('a'), log }, never);
    });
    expect(lines).toEqual([
      { level: 'error', event: 'message unreadable', delivery: 1, reason: 'the message is not JSON' },
    ]);
  });

  it('says after how many attempts a run is given up', async () => {
    const lines = await logOf(async ({ admit, createDeps, never, ledger }, log) => {
      await ledger.update(await ledger.get(await admit()), { state: 'queued', attempt: 5 });
      await drain({ ...createDeps('a'), log }, never);
    });
    expect(lines).toEqual([{ level: 'error', event: 'run given up', kind: 'echo', delivery: 1, attempt: 5 }]);
  });

  it('says until when a run could have been begun', async () => {
    const lines = await logOf(async ({ admit, createDeps, never, clock }, log) => {
      await admit();
      const deps = createDeps('a', async () => {
        await clock.sleep(SECOND);
        return DONE;
      });
      const drained = drain({ ...deps, log, lastBeginAt: clock.now() }, never);
      await clock.advance(SECOND);
      await drained;
    });
    expect(lines.at(-1)).toEqual({
      level: 'info',
      event: 'too late for another run',
      lastBeginAt: '2026-01-05T09:00:00.000Z',
    });
  });

  it('says why a run could not be begun, and counts its message as lost until it has come back too often', async () => {
    const bug = new Error('a bug');
    const reports: DrainReport[] = [];
    const lines = await logOf(async ({ admit, createDeps, never, ledger, queue, clock }, log) => {
      await admit();
      const deps = { ...createDeps('a'), log, ledger: { ...ledger, find: () => Promise.reject(bug) } };
      for (let deliveries = 0; deliveries < 6; deliveries += 1) {
        reports.push(await drain(deps, never));
        await clock.advance(3 * MINUTE);
      }
      expect(await queue.listPoison()).toMatchObject([{ reason: 'unexpected' }]);
    });
    expect(reports).toEqual([
      ...Array(5).fill({ ...emptyReport(), lost: 1 }),
      { ...emptyReport(), settled: 1, failed: 1 },
    ]);
    expect(lines.slice(0, 5)).toEqual(
      [1, 2, 3, 4, 5].map((delivery) => ({
        level: 'error',
        event: 'run not begun',
        kind: 'echo',
        delivery,
        error: bug,
      })),
    );
  });

  it('says that the scope of a lost run could not be freed', async () => {
    const error = new TaskError('storage-unavailable');
    const lines = await logOf(async ({ admit, createDeps, never, queue, scopes, clock }, log) => {
      await admit();
      const drained = drain(
        {
          ...createDeps('a', untilAborted),
          log,
          queue: { ...queue, renew: async () => 'lost' },
          scopes: { ...scopes, release: () => Promise.reject(error) },
        },
        never,
      );
      await clock.advance(2 * MINUTE);
      expect(await drained).toMatchObject({ lost: 1 });
    });
    expect(lines.slice(1)).toMatchObject([
      { level: 'warn', event: 'message lease lost', attempt: 1, reason: 'taken over' },
      { level: 'warn', event: 'scope not released', attempt: 1, error },
    ]);
  });
});

describe('the end that the platform sets', () => {
  it('begins no run for which the time is too short, and leaves its message to the next runner', async () => {
    const { admit, createDeps, never, clock, performed, queue } = createFixture();
    for (let count = 0; count < 3; count += 1) await admit();
    const deps = createDeps('a', async () => {
      await clock.sleep(MINUTE);
      return { kind: 'done', result: { what: 'echo' } };
    });
    const draining = drain({ ...deps, lastBeginAt: clock.now() + 90 * SECOND }, never);
    await clock.advance(10 * MINUTE);
    expect(await draining).toMatchObject({ done: 2 });
    expect(performed).toHaveLength(2);
    expect((await queue.getDepth()).count).toBe(1);
  });

  it('still begins one run where no run fits, so that the queue goes on', async () => {
    const { admit, createDeps, never, clock } = createFixture();
    for (let count = 0; count < 2; count += 1) await admit();
    expect(await drain({ ...createDeps('a'), lastBeginAt: clock.now() - 1 }, never)).toMatchObject({ done: 1 });
  });

  it('begins a run at the last moment', async () => {
    const { admit, createDeps, never, clock } = createFixture();
    for (let count = 0; count < 2; count += 1) await admit();
    expect(await drain({ ...createDeps('a'), lastBeginAt: clock.now() }, never)).toMatchObject({ done: 2 });
  });
});

describe('a runner that may wait for another task', () => {
  const idleMs = 60 * SECOND;

  it('performs what comes within the time, which begins anew with each, and then ends', async () => {
    const { admit, createDeps, never, clock, performed } = createFixture();
    await admit();
    let report: DrainReport | undefined;
    const drained = drain({ ...createDeps('a'), idleMs }, never).then((value) => {
      report = value;
    });
    await clock.advance(50 * SECOND);
    await admit();
    await clock.advance(50 * SECOND);
    await admit();
    await clock.advance(59 * SECOND);
    expect([performed.length, report]).toEqual([3, undefined]);
    await clock.advance(2 * SECOND);
    await drained;
    expect(report).toMatchObject({ settled: 3, done: 3 });
  });

  it('ends at once where it finds nothing at its start: another has what it was started for', async () => {
    const { createDeps, never } = createFixture();
    expect(await drain({ ...createDeps('a'), idleMs }, never)).toMatchObject({ settled: 0 });
  });

  it('ends at once when it is asked to stop, and when it is too late for another run', async () => {
    const { admit, createDeps, never, clock } = createFixture();
    await admit();
    const stop = new AbortController();
    const stopped = drain({ ...createDeps('a'), idleMs }, stop.signal);
    await clock.advance(10 * SECOND);
    stop.abort();
    expect(await stopped).toMatchObject({ done: 1 });

    await admit();
    const late = drain({ ...createDeps('a'), idleMs, lastBeginAt: clock.now() + 20 * SECOND }, never);
    await clock.advance(21 * SECOND);
    expect(await late).toMatchObject({ done: 1 });
    expect(clock.sleepers()).toBe(0);
  });
});

describe('being asked to stop', () => {
  it('leases nothing more', async () => {
    const { admit, createDeps, queue } = createFixture();
    await admit();
    expect(await drain(createDeps('a'), AbortSignal.abort())).toMatchObject({ settled: 0 });
    expect((await queue.lease({ visibilityTimeoutSeconds: 1 }))?.attempt).toBe(1);
  });

  it('lets work end that ends within the grace period', async () => {
    const { admit, createDeps, clock, ledger } = createFixture();
    const runId = await admit();
    const gate = createGate();
    const stop = new AbortController();
    const draining = drain(createDeps('a', gate.work), stop.signal);
    await clock.advance(MINUTE);
    stop.abort();
    await clock.advance(9 * SECOND);
    gate.open();
    expect(await draining).toMatchObject({ done: 1 });
    expect((await ledger.get(runId)).state).toBe('done');
  });

  it.each<{ name: string; outcome: Outcome; counted: object; state: string }>([
    { name: 'done', outcome: DONE, counted: { done: 1 }, state: 'done' },
    {
      name: 'superseded',
      outcome: { kind: 'superseded', reason: 'newer-head' },
      counted: { superseded: 1 },
      state: 'superseded',
    },
    { name: 'not done, also where it says why', outcome: GIVE_UP, counted: { interrupted: 1 }, state: 'queued' },
  ])('believes work that was done when the abort came, and no other: $name', async ({ outcome, counted, state }) => {
    const { admit, createDeps, clock, ledger, drainFor } = createFixture();
    const runId = await admit();
    const work: Perform = async (context, signal) => {
      await untilAborted(context, signal);
      return outcome;
    };
    const report = await drainFor(createDeps('a', work), 20 * SECOND, stopAfter(clock, SECOND));
    expect(report).toEqual({ ...emptyReport(), settled: 1, ...counted });
    expect((await ledger.get(runId)).state).toBe(state);
  });

  it('leaves work that gives up by itself within the grace period what it is', async () => {
    const { admit, createDeps, clock, ledger } = createFixture();
    const runId = await admit();
    const gate = createGate();
    const stop = new AbortController();
    const draining = drain(createDeps('a', gate.work), stop.signal);
    await clock.advance(0);
    stop.abort();
    await clock.advance(9 * SECOND);
    gate.open(GIVE_UP);
    expect(await draining).toEqual({ ...emptyReport(), settled: 1, failed: 1 });
    expect((await ledger.get(runId)).code).toBe('rebase-conflict');
    expect(clock.sleepers()).toBe(0);
  });

  it.each<{ name: string; work: Perform }>([
    { name: 'work that stops when aborted', work: untilAborted },
    { name: 'work that does not stop', work: () => new Promise(() => {}) },
  ])('gives back $name: visible at once, queued, no attempt burned, however often', async ({ work }) => {
    const { admit, createDeps, never, clock, ledger, queue, scopes, drainFor, namesOf } = createFixture();
    const runId = await admit();
    for (let stops = 1; stops <= 7; stops += 1) {
      expect(await drainFor(createDeps('a', work), 20 * SECOND, stopAfter(clock, SECOND))).toMatchObject({
        interrupted: 1,
      });
      expect(await ledger.get(runId)).toMatchObject({ state: 'queued', attempt: 0, interruptions: stops });
      expect(await scopes.list()).toEqual([]);
      expect((await queue.peek()).length).toBe(1);
    }
    expect((await ledger.listEvents(runId)).filter(({ fields }) => fields?.['reason'] === 'interrupted')).toHaveLength(
      7,
    );
    expect(await drain(createDeps('b'), never)).toMatchObject({ done: 1 });
    expect((await namesOf(runId)).at(-1)).toBe('done');
  });
});

describe('storage that does not answer', () => {
  it.each(['update', 'release', 'complete'] as const)(
    'for a while at "%s" while settling: it is settled in the end, once',
    async (step) => {
      const { admit, createDeps, never, ledger, queue, scopes, clock, drainFor, performed } = createFixture();
      const runId = await admit();
      const outUntil = clock.now() + 60 * SECOND;
      let settling = false;
      const flaky =
        <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
        async (...args: A): Promise<R> => {
          if (settling && clock.now() < outUntil) throw new TaskError('storage-unavailable');
          return call(...args);
        };
      const deps: DrainDeps = {
        ...createDeps('a', async () => {
          settling = true;
          return DONE;
        }),
        ledger: step === 'update' ? { ...ledger, update: flaky(ledger.update) } : ledger,
        scopes: step === 'release' ? { ...scopes, release: flaky(scopes.release) } : scopes,
        queue: step === 'complete' ? { ...queue, complete: flaky(queue.complete) } : queue,
      };
      expect(await drainFor(deps, 3 * MINUTE, never)).toMatchObject({ done: 1 });
      expect(await ledger.get(runId)).toMatchObject({ state: 'done' });
      expect((await queue.getDepth()).count).toBe(0);
      expect(await scopes.list()).toEqual([]);
      expect(performed).toHaveLength(1);
    },
  );

  it('because it refuses, while settling: the process ends at once, and what it held comes back', async () => {
    const { admit, createDeps, never, ledger, queue, clock } = createFixture();
    const runId = await admit();
    let settlings = 0;
    const update: typeof ledger.update = async (record, change) => {
      if (change.state !== 'done') return ledger.update(record, change);
      settlings += 1;
      throw new TaskError('storage-refused');
    };
    const startedAt = clock.now();
    await expect(drain({ ...createDeps('a'), ledger: { ...ledger, update } }, never)).rejects.toMatchObject({
      code: 'storage-refused',
    });
    expect({ settlings, waitedMs: clock.now() - startedAt }).toEqual({ settlings: 1, waitedMs: 0 });
    expect((await queue.getDepth()).count).toBe(1);
    await clock.advance(3 * MINUTE);
    expect(await drain(createDeps('b'), never)).toMatchObject({ done: 1 });
    expect((await ledger.get(runId)).attempt).toBe(2);
  });

  it('at all while settling: nothing is done, and the next runner does it again', async () => {
    const { admit, createDeps, never, ledger, clock, drainFor } = createFixture();
    const runId = await admit();
    let out = false;
    const deps: DrainDeps = {
      ...createDeps('a', async () => {
        out = true;
        return DONE;
      }),
      ledger: {
        ...ledger,
        update: async (...args) =>
          out ? Promise.reject(new TaskError('storage-unavailable')) : ledger.update(...args),
      },
    };
    expect(await drainFor(deps, 100 * SECOND, never)).toMatchObject({ lost: 1, settled: 0 });
    expect((await ledger.get(runId)).state).toBe('running');
    await clock.advance(2 * MINUTE);
    expect(await drain(createDeps('b'), never)).toMatchObject({ done: 1 });
  });

  it('at all while a run is given up: its message comes back', async () => {
    const { admit, createDeps, never, ledger, drainFor } = createFixture();
    const runId = await admit();
    await ledger.update(await ledger.get(runId), { state: 'queued', attempt: 5 });
    const update = () => Promise.reject(new TaskError('storage-unavailable'));
    const report = await drainFor({ ...createDeps('a'), ledger: { ...ledger, update } }, 100 * SECOND, never);
    expect(report).toEqual({ ...emptyReport(), lost: 1 });
    expect((await ledger.get(runId)).state).toBe('queued');
  });

  it('at all while a run is failed that cannot be begun: its message comes back', async () => {
    const { admit, createDeps, never, ledger, scopes, queue, clock, drainFor } = createFixture();
    await admit();
    for (let deliveries = 0; deliveries < 5; deliveries += 1) {
      await queue.lease({ visibilityTimeoutSeconds: 1 });
      await clock.advance(SECOND);
    }
    const deps: DrainDeps = {
      ...createDeps('a'),
      scopes: { ...scopes, take: () => Promise.reject(new Error('a strange row')) },
      ledger: { ...ledger, update: () => Promise.reject(new TaskError('storage-unavailable')) },
    };
    expect(await drainFor(deps, 100 * SECOND, never)).toEqual({ ...emptyReport(), lost: 1 });
    expect(await queue.getDepth()).toMatchObject({ count: 1, poisonCount: 0 });
  });

  it('while beginning: the message is given back without counting as a delivery, and the runner ends', async () => {
    const { admit, createDeps, never, ledger, queue } = createFixture();
    const runId = await admit();
    const deps = {
      ...createDeps('a'),
      ledger: { ...ledger, find: () => Promise.reject(new TaskError('storage-unavailable')) },
    };
    for (let outages = 0; outages < 8; outages += 1)
      await expect(drain(deps, never)).rejects.toMatchObject({ code: 'storage-unavailable' });
    expect(await queue.getDepth()).toMatchObject({ count: 1, poisonCount: 0 });
    expect(await drain(createDeps('b'), never)).toMatchObject({ done: 1 });
    expect(await ledger.get(runId)).toMatchObject({ state: 'done', attempt: 1 });
  });

  it('loses the answer to a write that was done: the run is begun and ended once', async () => {
    const { admit, createDeps, never, ledger, performed, queue } = createFixture();
    const runId = await admit();
    // What a client sees that repeated a write whose first answer got lost: the version is not the one it knows.
    const update: typeof ledger.update = async (record, change) => {
      await ledger.update(record, change);
      return undefined;
    };
    expect(await drain({ ...createDeps('a'), ledger: { ...ledger, update } }, never)).toMatchObject({ done: 1 });
    expect(performed).toEqual([`a ${runId} 1`]);
    expect(await ledger.get(runId)).toMatchObject({ state: 'done', attempt: 1 });
    expect((await queue.getDepth()).count).toBe(0);
  });
});

it('loses the answer to its last write and still poisons what it gave up', async () => {
  const { admit, createDeps, never, ledger, queue } = createFixture();
  const runId = await admit();
  const update: typeof ledger.update = async (record, change) => {
    await ledger.update(record, change);
    return undefined;
  };
  await drain({ ...createDeps('a', async () => RETRY), maxAttempts: 1, ledger: { ...ledger, update } }, never);
  expect(await ledger.get(runId)).toMatchObject({ state: 'failed', notified: true });
  expect(await queue.listPoison()).toMatchObject([{ runId, reason: 'clone-failed' }]);
});

function stopAfter(clock: { sleep(ms: number): Promise<void> }, ms: number): AbortSignal {
  const stop = new AbortController();
  void clock.sleep(ms).then(() => stop.abort());
  return stop.signal;
}
