import { describe, expect, it } from 'vitest';

import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../../test/doubles/memory-log.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import type { OutboxEntry } from '../../domain/runs/outbox-entry.ts';
import { DAY, HOUR, MINUTE } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import { silentLog } from '../../kernel/log.ts';
import { retractWaiting } from '../runs/retract-waiting.ts';
import { type OutboxResult, processOutbox } from './process-outbox.ts';

const ended: OutboxEntry = { kind: 'merge-request-ended', projectId: 7, iid: 3, ending: 'merged' };
const waiting = (...waitsFor: string[]): OutboxEntry => ({
  kind: 'waiting',
  issueKey: 'PROJ-1',
  jiraProject: 'PROJ',
  waitsFor,
});

function createFixture(perform: (entry: OutboxEntry) => Promise<OutboxResult> = async () => 'complete') {
  const clock = createManualClock();
  const { outbox, parts } = createMemoryStorage({ clock });
  const done: OutboxEntry[] = [];
  const deps = {
    outbox,
    async perform(entry: OutboxEntry) {
      const ending = await perform(entry);
      done.push(entry);
      return ending;
    },
    clock,
    log: silentLog,
  };
  return { clock, outbox, done, deps, parts };
}

describe('outbox entries', () => {
  it('are done once, however often they are wanted and by however many', async () => {
    const { outbox, done, deps } = createFixture();
    const wanted = await Promise.all(Array.from({ length: 8 }, () => outbox.enqueue(ended)));
    expect(wanted.filter(Boolean)).toHaveLength(1);
    await Promise.all([processOutbox(deps), processOutbox(deps), processOutbox(deps)]);
    expect(await outbox.enqueue(ended)).toBe(false);
    await processOutbox(deps);
    expect(done).toEqual([ended]);
  });

  it('leave nothing under way when storage fails in one lane', async () => {
    const slow = Promise.withResolvers<OutboxResult>();
    const { outbox, done, deps } = createFixture((entry) =>
      entry.kind === 'run-told' ? slow.promise : Promise.resolve('complete'),
    );
    await outbox.enqueue({ kind: 'run-told', runId: 'r', moment: 'ended', team: 'PROJ' });
    await outbox.enqueue(ended);
    const lease: typeof outbox.lease = (open, until) =>
      open.entry.kind === 'run-told' ? outbox.lease(open, until) : Promise.reject(new TaskError('storage-unavailable'));
    let isOver = false;
    const processed = processOutbox({ ...deps, outbox: { ...outbox, lease } }).finally(() => {
      isOver = true;
    });
    await deps.clock.advance(0);
    expect(isOver).toBe(false);
    slow.resolve('complete');
    await expect(processed).rejects.toMatchObject({ code: 'storage-unavailable' });
    expect(done.map(({ kind }) => kind)).toEqual(['run-told']);
  });

  it('are done again when they change', async () => {
    const { outbox, done, deps } = createFixture();
    for (const entry of [waiting('A-1'), waiting('A-1'), waiting('A-2'), waiting('A-2')]) {
      await outbox.enqueue(entry);
      await processOutbox(deps);
    }
    expect(done).toEqual([waiting('A-1'), waiting('A-2')]);
  });

  it('that change while one is being done are done as what they are now', async () => {
    const { outbox, clock, done, deps } = createFixture();
    await outbox.enqueue(waiting('A-1'));
    await processOutbox({
      ...deps,
      async perform(entry) {
        await outbox.enqueue(waiting('A-2'));
        return deps.perform(entry);
      },
    });
    await clock.advance(3 * MINUTE);
    await processOutbox(deps);
    expect(done.at(-1)).toEqual(waiting('A-2'));
    expect(await outbox.listOpen()).toEqual([]);
  });

  it.each([
    { name: 'a crash', error: undefined },
    { name: 'a service that is down', error: new TaskError('jira-unavailable') },
  ])('are done after $name, three minutes later', async ({ error }) => {
    let fails = true;
    const { outbox, clock, done, deps } = createFixture(async () => {
      if (error && fails) throw error;
      return 'complete';
    });
    await outbox.enqueue(ended);
    if (error) await processOutbox(deps);
    else await outbox.lease((await outbox.listOpen())[0] ?? raise(), clock.now() + 3 * MINUTE);
    fails = false;
    await processOutbox(deps);
    expect(done).toEqual([]);
    await clock.advance(3 * MINUTE);
    await processOutbox(deps);
    expect(done).toEqual([ended]);
  });

  it('that cannot work are given up, and hold no other up', async () => {
    const { outbox, done, deps } = createFixture(async (entry) => {
      if (entry.kind === 'waiting') throw new TaskError('jira-not-found');
      return 'complete';
    });
    await outbox.enqueue(waiting('A-1'));
    await outbox.enqueue(ended);
    expect(await processOutbox(deps)).toEqual({ done: 1, failed: 1 });
    expect(done).toEqual([ended]);
    expect(await outbox.listOpen()).toEqual([]);
  });

  it('that were given up are done when they come again, where their text is always the same', async () => {
    let fails = true;
    const changes: OutboxEntry = { kind: 'requested-changes', projectId: 7, iid: 3 };
    const { outbox, done, deps } = createFixture(async () => {
      if (fails) throw new TaskError('jira-not-found');
      return 'delete';
    });
    await outbox.enqueue(changes);
    await processOutbox(deps);
    expect(await outbox.listOpen()).toEqual([]);
    expect(await outbox.listDone('requested-changes')).toEqual([]);
    fails = false;
    expect(await outbox.enqueue(changes)).toBe(true);
    await processOutbox(deps);
    expect(done).toEqual([changes]);
  });

  it('that come again while they are done are done once more, after the lease', async () => {
    const changes: OutboxEntry = { kind: 'requested-changes', projectId: 7, iid: 3 };
    const { outbox, clock, done, deps } = createFixture(async () => {
      if (done.length === 0) await outbox.enqueue(changes);
      return 'delete';
    });
    await outbox.enqueue(changes);
    await processOutbox(deps);
    await processOutbox(deps);
    expect(done).toHaveLength(1);
    await clock.advance(3 * MINUTE);
    await processOutbox(deps);
    expect(done).toHaveLength(2);
    expect(await outbox.listOpen()).toEqual([]);
  });

  it('that must wait are looked at again later', async () => {
    let ending: OutboxResult = 'reschedule';
    const { outbox, clock, done, deps } = createFixture(async () => ending);
    await outbox.enqueue(ended);
    await processOutbox(deps);
    ending = 'complete';
    await clock.advance(3 * MINUTE);
    await processOutbox(deps);
    expect(done).toEqual([ended, ended]);
    expect(await outbox.listOpen()).toEqual([]);
  });

  it('are looked at again after as long as they say', async () => {
    let ending: OutboxResult = { laterMs: 6 * HOUR };
    const { outbox, clock, done, deps } = createFixture(async () => ending);
    await outbox.enqueue(ended);
    await processOutbox(deps);
    ending = 'delete';
    await clock.advance(5 * HOUR);
    await processOutbox(deps);
    expect(done).toHaveLength(1);
    await clock.advance(2 * HOUR);
    await processOutbox(deps);
    expect(done).toHaveLength(2);
    expect(await outbox.listOpen()).toEqual([]);
  });

  it.each([
    { name: 'a token that has expired', error: new TaskError('jira-unauthorized') },
    { name: 'an account that may not', error: new TaskError('jira-forbidden') },
    { name: 'a request that is refused', error: new TaskError('jira-refused') },
    { name: 'a token of GitLab that has expired', error: new TaskError('gitlab-unauthorized') },
    { name: 'a bug', error: new Error('bug') },
    { name: 'a service that is down', error: new TaskError('jira-unavailable') },
  ])('outlive two days of $name, asking less and less often', async ({ error }) => {
    let fails = true;
    let tries = 0;
    const { outbox, clock, done, deps } = createFixture(async () => {
      tries += 1;
      if (fails) throw error;
      return 'complete';
    });
    await outbox.enqueue(ended);
    const log = createMemoryLog();
    for (let passed = 0; passed < 2 * DAY; passed += 3 * MINUTE) {
      await processOutbox({ ...deps, log });
      await clock.advance(3 * MINUTE);
    }
    expect(tries).toBeGreaterThan(50);
    expect(tries).toBeLessThan(70);
    expect(log.lines.map(({ event }) => event)).toEqual(Array.from({ length: tries }, () => 'outbox entry not done'));

    fails = false;
    await clock.advance(HOUR);
    await processOutbox(deps);
    expect(done).toEqual([ended]);
    expect(await outbox.listOpen()).toEqual([]);
  });

  it('that have failed for longer than a week are given up', async () => {
    const { outbox, clock, deps } = createFixture(async () => Promise.reject(new TaskError('jira-unauthorized')));
    await outbox.enqueue(ended);
    const runFor = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 3 * MINUTE) {
        await processOutbox(deps);
        await clock.advance(3 * MINUTE);
      }
    };
    await runFor(6.5 * DAY);
    expect(await outbox.listOpen()).toHaveLength(1);
    await runFor(DAY);
    expect(await outbox.listOpen()).toEqual([]);
  });

  it('that had to wait for a whole day still get over a service that fails then', async () => {
    const answers: (OutboxResult | TaskError)[] = [...Array.from({ length: 480 }, () => 'reschedule' as const)];
    answers.push(new TaskError('jira-unavailable'), 'complete');
    const { outbox, clock, done, deps } = createFixture(async () => {
      const answer = answers.shift() ?? 'complete';
      if (answer instanceof TaskError) throw answer;
      return answer;
    });
    await outbox.enqueue(ended);
    while (answers.length > 0) {
      await processOutbox(deps);
      await clock.advance(3 * MINUTE);
    }
    expect(done).toHaveLength(481);
    expect(await outbox.listOpen()).toEqual([]);
  });

  it('wait for the next time when one after the other fails, and each has its turn', async () => {
    const tried = new Set<string>();
    const { outbox, clock, deps } = createFixture(async (entry) => {
      tried.add(JSON.stringify(entry));
      throw new TaskError('jira-unavailable');
    });
    for (let iid = 1; iid <= 12; iid += 1) await outbox.enqueue({ ...ended, iid });
    expect(await processOutbox(deps)).toEqual({ done: 0, failed: 5 });
    await clock.advance(MINUTE);
    await processOutbox(deps);
    await clock.advance(MINUTE);
    await processOutbox(deps);
    expect(tried.size).toBe(12);
  });

  it('that cannot be read hide no other', async () => {
    const { outbox, done, deps, parts } = createFixture();
    await parts.rows.state.write('errands', [
      { kind: 'put', key: 'open:waiting:X-1', fields: { entry: '{', leasedUntil: 0, tries: 0 } },
    ]);
    await outbox.enqueue(ended);
    await processOutbox(deps);
    expect(done).toEqual([ended]);
  });
});

describe('taking back what a ticket waits for', () => {
  it.each([
    { name: 'when it is not blocked any more', blocked: [], unknown: false, retracted: 1 },
    { name: 'not while it is blocked', blocked: ['PROJ-1'], unknown: false, retracted: 0 },
    { name: 'not when nothing is known of its project', blocked: [], unknown: true, retracted: 0 },
  ])('$name', async ({ blocked, unknown, retracted }) => {
    const { outbox, deps, done } = createFixture(async (entry) =>
      entry.kind === 'waiting' && entry.waitsFor.length === 0 ? 'delete' : 'complete',
    );
    await outbox.enqueue(waiting('A-1'));
    await processOutbox(deps);
    const seen = { blocked: new Set(blocked), unknown: () => unknown };
    expect(await retractWaiting(seen, { outbox })).toBe(retracted);
    expect(await retractWaiting(seen, { outbox })).toBe(0);
    await processOutbox(deps);
    expect(done).toHaveLength(1 + retracted);
    // What was taken back can be said again.
    if (retracted) expect(await outbox.enqueue(waiting('A-1'))).toBe(true);
  });
});

function raise(): never {
  throw new Error('nothing is open');
}
