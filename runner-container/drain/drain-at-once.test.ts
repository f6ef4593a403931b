import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../shared/domain/runs/outcome.ts';
import { MINUTE, SECOND } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { admitTask } from '../../shared/services/runs/admit-task.ts';
import { sweep } from '../../shared/services/runs/sweep.ts';
import { DRAIN_TIMES } from '../../test/builders/drain.ts';
import { aCodingTask } from '../../test/builders/tasks.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { type DrainDeps, drain } from './drain.ts';

const DONE: Outcome = { kind: 'done', result: { what: 'echo' } };

function createFixture() {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const common = { ...storage, clock, log: silentLog, notify: async () => {} };
  const never = new AbortController().signal;
  /** Runs at work, by their issue, and what ends each. */
  const atWork = new Map<string, { place: number; end: (outcome: Outcome) => void }>();
  let most = 0;

  const createDeps = (runsAtOnce: number, runnerId = 'a'): DrainDeps => ({
    ...common,
    ...DRAIN_TIMES,
    runnerId,
    runsAtOnce,
    perform: ({ run }, signal, place) =>
      new Promise<Outcome>((resolve) => {
        const issue = run.task.scope.replace('issue~', '');
        const end = (outcome: Outcome) => {
          atWork.delete(issue);
          resolve(outcome);
        };
        atWork.set(issue, { place, end });
        most = Math.max(most, atWork.size);
        signal.addEventListener('abort', () => {
          const { code, detail } = signal.reason as TaskError; // ours, see drain
          end({ kind: 'retry', code, ...(detail === undefined ? {} : { detail }) });
        });
      }),
  });
  const admit = async (...numbers: number[]) => {
    const ids: string[] = [];
    for (const n of numbers) {
      const task = aCodingTask({ id: `coding~PROJ-${n}~1`, issueKey: `PROJ-${n}`, scope: `issue~PROJ-${n}` });
      ids.push((await admitTask(task, common)).runId);
    }
    return ids;
  };
  const end = (issue: string, outcome: Outcome = DONE) => atWork.get(issue)?.end(outcome);
  const count = async () => (await storage.queue.getDepth()).count;
  return { ...common, never, atWork, most: () => most, createDeps, admit, end, count };
}

describe('a runner with several runs at once', () => {
  it('works on as many as it may, each in a place of its own, and on the next as soon as one is free', async () => {
    const { admit, atWork, clock, createDeps, end, never, most } = createFixture();
    await admit(1, 2, 3, 4);
    const drained = drain(createDeps(3), never);
    await clock.advance(0);
    expect([...atWork].map(([issue, { place }]) => `${issue} ${place}`)).toEqual(['PROJ-1 0', 'PROJ-2 1', 'PROJ-3 2']);
    end('PROJ-2');
    await clock.advance(0);
    expect([...atWork].map(([issue, { place }]) => `${issue} ${place}`)).toEqual(['PROJ-1 0', 'PROJ-3 2', 'PROJ-4 1']);
    for (const issue of ['PROJ-1', 'PROJ-3', 'PROJ-4']) end(issue);
    await clock.advance(0);
    expect(await drained).toMatchObject({ settled: 4, done: 4 });
    expect(most()).toBe(3);
  });

  it('holds one message, so that the scaler starts a runner for each one that waits', async () => {
    const { admit, clock, count, createDeps, end, never } = createFixture();
    await admit(1, 2, 3);
    const drained = drain(createDeps(3), never);
    await clock.advance(0);
    // One runner is at work and there is one message: it starts none.
    expect(await count()).toBe(1);
    await admit(4, 5);
    expect(await count()).toBe(3);
    for (const issue of ['PROJ-1', 'PROJ-3']) {
      end(issue);
      await clock.advance(0);
      expect(await count()).toBe(issue === 'PROJ-1' ? 2 : 1);
    }
    for (const issue of ['PROJ-2', 'PROJ-4', 'PROJ-5']) {
      end(issue);
      await clock.advance(0);
    }
    expect(await drained).toMatchObject({ done: 5 });
    expect(await count()).toBe(0);
  });

  it('keeps its runs for as long as they take', async () => {
    const { admit, clock, createDeps, end, never, scopes, queue } = createFixture();
    await admit(1, 2);
    const drained = drain(createDeps(2), never);
    await clock.advance(20 * MINUTE);
    expect((await scopes.list()).every(({ expiresAt }) => expiresAt > clock.now())).toBe(true);
    expect(await queue.lease({ visibilityTimeoutSeconds: 1 })).toBeUndefined();
    end('PROJ-1');
    await clock.advance(20 * MINUTE);
    expect(await queue.lease({ visibilityTimeoutSeconds: 1 })).toBeUndefined();
    end('PROJ-2');
    await clock.advance(0);
    expect(await drained).toMatchObject({ done: 2 });
  });

  it('takes what comes while runs are at work, sooner the fuller it is, and ends when the last has ended', async () => {
    const { admit, atWork, clock, createDeps, end, never, log } = createFixture();
    await admit(1);
    let ended = false;
    const drained = drain({ ...createDeps(3), log }, never).finally(() => {
      ended = true;
    });
    await clock.advance(0);
    await admit(2);
    await clock.advance(SECOND - 1);
    expect(atWork.size, 'with one of three it looks after two half seconds').toBe(1);
    await clock.advance(1);
    expect(atWork.size).toBe(2);
    await clock.advance(0);
    await admit(3);
    await clock.advance(SECOND / 2);
    expect(atWork.size, 'with two of three after one').toBe(3);
    for (const issue of ['PROJ-1', 'PROJ-2']) end(issue);
    await clock.advance(10 * SECOND);
    expect(ended).toBe(false);
    end('PROJ-3');
    await clock.advance(0);
    expect(await drained).toMatchObject({ done: 3 });
  });

  it('gives all back when it is asked to stop', async () => {
    const { admit, clock, count, createDeps, ledger } = createFixture();
    const ids = await admit(1, 2, 3);
    const stop = new AbortController();
    const drained = drain(createDeps(3), stop.signal);
    await clock.advance(0);
    stop.abort();
    await clock.advance(10 * SECOND);
    expect(await drained).toMatchObject({ settled: 3, interrupted: 3 });
    for (const id of ids) expect(await ledger.get(id)).toMatchObject({ state: 'queued', attempt: 0, interruptions: 1 });
    expect(await count()).toBe(3);
  });

  it('that dies has its runs begun again: one by its message, the others by a sweep once their locks are over', async () => {
    const fixture = createFixture();
    const { admit, clock, createDeps, never, ledger, atWork } = fixture;
    const [first = '', second = ''] = await admit(1, 2);
    // Its time stands still from now on.
    const dead = createManualClock(clock.now());
    void drain({ ...createDeps(2), clock: dead }, never);
    await clock.advance(0);
    expect(await ledger.get(first)).not.toHaveProperty('withoutMessage');
    expect(await ledger.get(second)).toMatchObject({ state: 'running', withoutMessage: true });
    atWork.clear();

    await clock.advance(2.5 * MINUTE);
    expect(await sweep(fixture), 'clocks may differ').toMatchObject({ stuck: 0 });
    await clock.advance(10 * SECOND);
    expect(await sweep(fixture)).toMatchObject({ stuck: 1 });
    expect(await ledger.get(second)).toMatchObject({ state: 'queued' });
    expect(await ledger.get(second)).not.toHaveProperty('withoutMessage');
    await clock.advance(20 * SECOND);
    const next = drain(createDeps(2, 'b'), never);
    await clock.advance(0);
    expect([...atWork.keys()].sort()).toEqual(['PROJ-1', 'PROJ-2']);
    for (const issue of ['PROJ-1', 'PROJ-2']) fixture.end(issue);
    await clock.advance(0);
    expect(await next).toMatchObject({ done: 2 });
    for (const id of [first, second]) expect(await ledger.get(id)).toMatchObject({ state: 'done', attempt: 2 });
  });

  it('begins none beside the first when it is too late for another', async () => {
    const { admit, atWork, clock, count, createDeps, end, never } = createFixture();
    await admit(1, 2);
    const drained = drain({ ...createDeps(2), lastBeginAt: clock.now() - 1 }, never);
    await clock.advance(MINUTE);
    expect([...atWork.keys()]).toEqual(['PROJ-1']);
    end('PROJ-1');
    await clock.advance(0);
    expect(await drained).toMatchObject({ done: 1 });
    expect(await count()).toBe(1);
  });

  it('goes on with its runs while storage is away, and takes the next when it is back', async () => {
    const { admit, atWork, clock, createDeps, end, never, queue, ledger } = createFixture();
    const [first = ''] = await admit(1);
    let asked = 0;
    let isAway = false;
    const lease: typeof queue.lease = async (options) => {
      if (!isAway) return queue.lease(options);
      asked += 1;
      throw new TaskError('storage-unavailable');
    };
    const drained = drain({ ...createDeps(2), queue: { ...queue, lease } }, never);
    await clock.advance(0);
    isAway = true;
    await admit(2);
    await clock.advance(MINUTE);
    expect(asked, 'as often as every five seconds').toBe(12);
    expect([...atWork.keys()]).toEqual(['PROJ-1']);
    expect(await ledger.get(first)).toMatchObject({ state: 'running', attempt: 1 });
    isAway = false;
    await clock.advance(5 * SECOND);
    expect([...atWork.keys()]).toEqual(['PROJ-1', 'PROJ-2']);
    for (const issue of ['PROJ-1', 'PROJ-2']) end(issue);
    await clock.advance(0);
    expect(await drained).toMatchObject({ done: 2 });
  });

  it('lets its runs end where it may take no other any more, and fails then', async () => {
    const { admit, clock, createDeps, end, never, queue, ledger } = createFixture();
    const [first = ''] = await admit(1);
    let isRefused = false;
    const lease: typeof queue.lease = async (options) => {
      if (isRefused) throw new TaskError('storage-refused');
      return queue.lease(options);
    };
    const drained = drain({ ...createDeps(2), queue: { ...queue, lease } }, never);
    const failure = expect(drained).rejects.toMatchObject({ code: 'storage-refused' });
    await clock.advance(0);
    isRefused = true;
    await clock.advance(MINUTE);
    expect(await ledger.get(first)).toMatchObject({ state: 'running' });
    end('PROJ-1');
    await clock.advance(0);
    await failure;
    expect(await ledger.get(first)).toMatchObject({ state: 'done', attempt: 1 });
  });

  it('begins no further run where its share of the memory is not free, and does when it is', async () => {
    const { admit, atWork, clock, createDeps, end, never } = createFixture();
    await admit(1, 2);
    let hasRoom = false;
    const memory = {
      hasRoom: async () => hasRoom,
      enter: () => ({ exceeded: never, leave: () => {} }),
    };
    const drained = drain({ ...createDeps(2), memory }, never);
    await clock.advance(MINUTE);
    expect([...atWork.keys()], 'one begins in any case').toEqual(['PROJ-1']);
    hasRoom = true;
    await clock.advance(5 * SECOND);
    expect([...atWork.keys()]).toEqual(['PROJ-1', 'PROJ-2']);
    for (const issue of ['PROJ-1', 'PROJ-2']) end(issue);
    await clock.advance(0);
    expect(await drained).toMatchObject({ done: 2 });
  });

  it('ends the run that used up the memory, which is tried again with its reason, and no other', async () => {
    const { admit, atWork, clock, createDeps, end, ledger, never } = createFixture();
    const [, second = ''] = await admit(1, 2);
    const exceeded = [new AbortController(), new AbortController()];
    const memory = {
      hasRoom: async () => true,
      enter: (place: number) => ({ exceeded: exceeded[place]?.signal ?? never, leave: () => {} }),
    };
    const drained = drain({ ...createDeps(2), memory }, never);
    await clock.advance(0);
    exceeded[1]?.abort(new TaskError('memory-short', { detail: 'It used 900 of 1024 MiB' }));
    await clock.advance(0);
    expect([...atWork.keys()]).toEqual(['PROJ-1']);
    expect(await ledger.get(second)).toMatchObject({
      state: 'parked',
      code: 'memory-short',
      detail: 'It used 900 of 1024 MiB',
    });
    end('PROJ-1');
    await clock.advance(0);
    expect(await drained).toMatchObject({ done: 1, retried: 1 });
  });

  it('interrupts the others when the work of one goes on after its lease was lost, and fails then', async () => {
    const { admit, clock, createDeps, ledger, never, queue } = createFixture();
    const [first = '', second = ''] = await admit(1, 2);
    const deps = createDeps(2);
    const drained = drain(
      {
        ...deps,
        perform: (context, signal, place) =>
          context.run.runId === first ? new Promise(() => {}) : deps.perform(context, signal, place),
      },
      never,
    );
    const failure = expect(drained).rejects.toMatchObject({ code: 'claim-lost' });
    await clock.advance(0);
    const original = queue.renew;
    queue.renew = async () => 'lost';
    await clock.advance(2 * MINUTE);
    queue.renew = original;
    await clock.advance(MINUTE);
    await failure;
    expect(await ledger.get(second)).toMatchObject({ state: 'queued', interruptions: 1 });
  });

  it('has a message again where storage did not answer to the end of the run that had it', async () => {
    const { admit, clock, count, createDeps, end, never, ledger, queue } = createFixture();
    const [first = ''] = await admit(1, 2);
    let isAway = false;
    const update: typeof ledger.update = async (record, change) => {
      if (isAway && record.runId === first) throw new TaskError('storage-unavailable');
      return ledger.update(record, change);
    };
    const drained = drain({ ...createDeps(2), ledger: { ...ledger, update } }, never);
    await clock.advance(0);
    isAway = true;
    end('PROJ-1');
    await clock.advance(2 * MINUTE);
    isAway = false;
    expect(await count(), 'that of the first comes back, the second has one of its own').toBe(2);
    // Ours is held for as long as the second takes; the other one was begun by another runner.
    await clock.advance(MINUTE);
    end('PROJ-1');
    await clock.advance(0);
    expect(await count()).toBe(1);
    await clock.advance(10 * MINUTE);
    expect(await queue.lease({ visibilityTimeoutSeconds: 1 })).toBeUndefined();
    end('PROJ-2');
    await clock.advance(0);
    expect(await drained).toMatchObject({ done: 2, lost: 1 });
    expect(await count()).toBe(0);
  });

  it('goes on with a run whose message was given up although the answer to that was lost', async () => {
    const { admit, clock, count, createDeps, end, never, queue, ledger } = createFixture();
    const [, second = ''] = await admit(1, 2);
    let hasFailed = false;
    const complete: typeof queue.complete = async (lease) => {
      const ended = await queue.complete(lease);
      if (lease.runId !== second || hasFailed) return ended;
      hasFailed = true;
      throw new TaskError('storage-unavailable');
    };
    const drained = drain({ ...createDeps(2), queue: { ...queue, complete } }, never);
    await clock.advance(20 * MINUTE);
    expect(hasFailed).toBe(true);
    for (const issue of ['PROJ-1', 'PROJ-2']) end(issue);
    await clock.advance(0);
    expect(await drained).toMatchObject({ done: 2, lost: 0 });
    expect(await ledger.get(second)).toMatchObject({ state: 'done', attempt: 1 });
    expect(await count()).toBe(0);
  });

  it('says of a run ended for want of memory what ended it, and not what its work says of the abort', async () => {
    const { admit, clock, createDeps, end, ledger, never } = createFixture();
    const [, second = ''] = await admit(1, 2);
    const exceeded = new AbortController();
    const memory = {
      hasRoom: async () => true,
      enter: (place: number) => ({ exceeded: place === 1 ? exceeded.signal : never, leave: () => {} }),
    };
    const deps = createDeps(2);
    const perform: typeof deps.perform = async (context, signal, place) => {
      const outcome = await deps.perform(context, signal, place);
      // As `perform` ends, which knows no reason.
      return signal.aborted ? { kind: 'retry', code: 'interrupted' } : outcome;
    };
    const drained = drain({ ...deps, memory, perform }, never);
    await clock.advance(0);
    exceeded.abort(new TaskError('memory-short', { detail: 'It used 900 of 1024 MiB' }));
    await clock.advance(0);
    expect(await ledger.get(second)).toMatchObject({
      state: 'parked',
      attempt: 1,
      parkedReason: 'memory-short',
      code: 'memory-short',
      detail: 'It used 900 of 1024 MiB',
    });
    end('PROJ-1');
    await clock.advance(0);
    expect(await drained).toMatchObject({ done: 1, retried: 1 });
  });

  it('gives no place away whose work goes on after memory was short, interrupts the others and fails', async () => {
    const { admit, atWork, clock, createDeps, ledger, never } = createFixture();
    const [first = '', second = '', third = ''] = await admit(1, 2, 3);
    const exceeded = new AbortController();
    const memory = {
      hasRoom: async () => true,
      enter: (place: number) => ({ exceeded: place === 0 ? exceeded.signal : never, leave: () => {} }),
    };
    const deps = createDeps(2);
    const drained = drain(
      {
        ...deps,
        memory,
        perform: (context, signal, place) =>
          context.run.runId === first ? new Promise(() => {}) : deps.perform(context, signal, place),
      },
      never,
    );
    const failure = expect(drained).rejects.toMatchObject({ code: 'memory-short' });
    await clock.advance(0);
    exceeded.abort(new TaskError('memory-short'));
    await clock.advance(MINUTE);
    await failure;
    expect([...atWork.keys()]).not.toContain('PROJ-3');
    expect(await ledger.get(first)).toMatchObject({ state: 'parked', code: 'memory-short', attempt: 1 });
    expect(await ledger.get(second)).toMatchObject({ state: 'queued', interruptions: 1 });
    expect(await ledger.get(third)).toMatchObject({ state: 'queued', attempt: 0 });
  });

  it('lets the others end where one cannot be settled, and fails then', async () => {
    const { admit, clock, count, createDeps, end, ledger, never } = createFixture();
    const [first = '', second = '', third = ''] = await admit(1, 2, 3);
    const update: typeof ledger.update = async (record, change) => {
      if (record.runId === first && change.state === 'done') throw new TaskError('unexpected', { detail: 'a row' });
      return ledger.update(record, change);
    };
    const drained = drain({ ...createDeps(2), ledger: { ...ledger, update } }, never);
    const failure = expect(drained).rejects.toMatchObject({ code: 'unexpected', detail: 'a row' });
    await clock.advance(0);
    end('PROJ-1');
    await clock.advance(10 * MINUTE);
    expect(await ledger.get(second)).toMatchObject({ state: 'running', attempt: 1 });
    end('PROJ-2');
    await clock.advance(0);
    await failure;
    expect(await ledger.get(second)).toMatchObject({ state: 'done', attempt: 1 });
    expect(await ledger.get(third), 'is left to another runner').toMatchObject({ state: 'queued', attempt: 0 });
    expect(await count(), 'that of the first, which comes back, and of the third').toBe(2);
  });
});
