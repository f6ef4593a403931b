import { describe, expect, it } from 'vitest';

import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import type { Errand } from '../../domain/runs/errand.ts';
import { DAY, HOUR, MINUTE } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import { type Log, silentLog } from '../../kernel/log.ts';
import { retractWaiting } from '../runs/retract-waiting.ts';
import { type ErrandEnding, runErrands } from './run-errands.ts';

const ended: Errand = { kind: 'merge-request-ended', projectId: 7, iid: 3, ending: 'merged' };
const waiting = (...waitsFor: string[]): Errand => ({
  kind: 'waiting',
  issueKey: 'PROJ-1',
  jiraProject: 'PROJ',
  waitsFor,
});

function createWorld(perform: (errand: Errand) => Promise<ErrandEnding> = async () => 'remember') {
  const clock = createManualClock();
  const { errands, parts } = createMemoryStorage({ clock });
  const done: Errand[] = [];
  const deps = {
    errands,
    async perform(errand: Errand) {
      const ending = await perform(errand);
      done.push(errand);
      return ending;
    },
    clock,
    log: silentLog,
  };
  return { clock, errands, done, deps, parts };
}

describe('errands', () => {
  it('are done once, however often they are wanted and by however many', async () => {
    const { errands, done, deps } = createWorld();
    const wanted = await Promise.all(Array.from({ length: 8 }, () => errands.want(ended)));
    expect(wanted.filter(Boolean)).toHaveLength(1);
    await Promise.all([runErrands(deps), runErrands(deps), runErrands(deps)]);
    expect(await errands.want(ended)).toBe(false);
    await runErrands(deps);
    expect(done).toEqual([ended]);
  });

  it('are done again when they change', async () => {
    const { errands, done, deps } = createWorld();
    for (const errand of [waiting('A-1'), waiting('A-1'), waiting('A-2'), waiting('A-2')]) {
      await errands.want(errand);
      await runErrands(deps);
    }
    expect(done).toEqual([waiting('A-1'), waiting('A-2')]);
  });

  it('that change while somebody is at it are done as what they are now', async () => {
    const { errands, clock, done, deps } = createWorld();
    await errands.want(waiting('A-1'));
    await runErrands({
      ...deps,
      async perform(errand) {
        await errands.want(waiting('A-2'));
        return deps.perform(errand);
      },
    });
    await clock.advance(3 * MINUTE);
    await runErrands(deps);
    expect(done.at(-1)).toEqual(waiting('A-2'));
    expect(await errands.listOpen()).toEqual([]);
  });

  it.each([
    { name: 'a crash', error: undefined },
    { name: 'a service that is down', error: new TaskError('jira-unavailable') },
  ])('are done after $name, three minutes later', async ({ error }) => {
    let fails = true;
    const { errands, clock, done, deps } = createWorld(async () => {
      if (error && fails) throw error;
      return 'remember';
    });
    await errands.want(ended);
    if (error) await runErrands(deps);
    else await errands.take((await errands.listOpen())[0] ?? raise(), clock.now() + 3 * MINUTE);
    fails = false;
    await runErrands(deps);
    expect(done).toEqual([]);
    await clock.advance(3 * MINUTE);
    await runErrands(deps);
    expect(done).toEqual([ended]);
  });

  it('that cannot work are given up, and hold no other up', async () => {
    const { errands, done, deps } = createWorld(async (errand) => {
      if (errand.kind === 'waiting') throw new TaskError('jira-not-found');
      return 'remember';
    });
    await errands.want(waiting('A-1'));
    await errands.want(ended);
    expect(await runErrands(deps)).toEqual({ done: 1, failed: 1 });
    expect(done).toEqual([ended]);
    expect(await errands.listOpen()).toEqual([]);
  });

  it('that must wait are looked at again later', async () => {
    let ending: ErrandEnding = 'later';
    const { errands, clock, done, deps } = createWorld(async () => ending);
    await errands.want(ended);
    await runErrands(deps);
    ending = 'remember';
    await clock.advance(3 * MINUTE);
    await runErrands(deps);
    expect(done).toEqual([ended, ended]);
    expect(await errands.listOpen()).toEqual([]);
  });

  it.each([
    { name: 'a token that has expired', error: new TaskError('jira-unauthorized') },
    { name: 'an account that may not', error: new TaskError('jira-forbidden') },
    { name: 'a request that is refused', error: new TaskError('jira-refused') },
    { name: 'a token of GitLab that has expired', error: new TaskError('gitlab-unauthorized') },
    { name: 'a bug', error: new Error('bug') },
    { name: 'a service that is down', error: new TaskError('jira-unavailable') },
  ])(
    'outlive two days of $name, asking less and less often',
    async ({ error }) => {
      let fails = true;
      let tries = 0;
      const { errands, clock, done, deps } = createWorld(async () => {
        tries += 1;
        if (fails) throw error;
        return 'remember';
      });
      await errands.want(ended);
      const lines: string[] = [];
      const log: Log = {
        ...silentLog,
        warn: (event) => void lines.push(event),
        error: (event) => void lines.push(event),
      };
      for (let passed = 0; passed < 2 * DAY; passed += MINUTE) {
        await runErrands({ ...deps, log });
        await clock.advance(MINUTE);
      }
      expect(tries).toBeGreaterThan(50);
      expect(tries).toBeLessThan(70);
      expect(lines).toEqual(Array.from({ length: tries }, () => 'errand not done'));

      fails = false;
      await clock.advance(HOUR);
      await runErrands(deps);
      expect(done).toEqual([ended]);
      expect(await errands.listOpen()).toEqual([]);
    },
    20_000,
  );

  it('that have failed for longer than a week are given up', async () => {
    const { errands, clock, deps } = createWorld(async () => Promise.reject(new TaskError('jira-unauthorized')));
    await errands.want(ended);
    const runFor = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 3 * MINUTE) {
        await runErrands(deps);
        await clock.advance(3 * MINUTE);
      }
    };
    await runFor(6.5 * DAY);
    expect(await errands.listOpen()).toHaveLength(1);
    await runFor(DAY);
    expect(await errands.listOpen()).toEqual([]);
  }, 20_000);

  it('that had to wait for a whole day still get over a service that fails then', async () => {
    const answers: (ErrandEnding | TaskError)[] = [...Array.from({ length: 480 }, () => 'later' as const)];
    answers.push(new TaskError('jira-unavailable'), 'remember');
    const { errands, clock, done, deps } = createWorld(async () => {
      const answer = answers.shift() ?? 'remember';
      if (answer instanceof TaskError) throw answer;
      return answer;
    });
    await errands.want(ended);
    while (answers.length > 0) {
      await runErrands(deps);
      await clock.advance(3 * MINUTE);
    }
    expect(done).toHaveLength(481);
    expect(await errands.listOpen()).toEqual([]);
  }, 20_000);

  it('wait for the next time when one after the other fails, and each has its turn', async () => {
    const tried = new Set<string>();
    const { errands, clock, deps } = createWorld(async (errand) => {
      tried.add(JSON.stringify(errand));
      throw new TaskError('jira-unavailable');
    });
    for (let iid = 1; iid <= 12; iid += 1) await errands.want({ ...ended, iid });
    expect(await runErrands(deps)).toEqual({ done: 0, failed: 5 });
    await clock.advance(MINUTE);
    await runErrands(deps);
    await clock.advance(MINUTE);
    await runErrands(deps);
    expect(tried.size).toBe(12);
  });

  it('that cannot be read hide no other', async () => {
    const { errands, done, deps, parts } = createWorld();
    await parts.rows.state.write('errands', [
      { kind: 'put', key: 'open:waiting:X-1', fields: { errand: '{', takenUntil: 0, tries: 0 } },
    ]);
    await errands.want(ended);
    await runErrands(deps);
    expect(done).toEqual([ended]);
  });
});

describe('taking back what a ticket waits for', () => {
  it.each([
    { name: 'when it is not blocked any more', blocked: [], unknown: false, retracted: 1 },
    { name: 'not while it is blocked', blocked: ['PROJ-1'], unknown: false, retracted: 0 },
    { name: 'not when nothing is known of its project', blocked: [], unknown: true, retracted: 0 },
  ])('$name', async ({ blocked, unknown, retracted }) => {
    const { errands, deps, done } = createWorld(async (errand) =>
      errand.kind === 'waiting' && errand.waitsFor.length === 0 ? 'forget' : 'remember',
    );
    await errands.want(waiting('A-1'));
    await runErrands(deps);
    const seen = { blocked: new Set(blocked), unknown: () => unknown };
    expect(await retractWaiting(seen, { errands })).toBe(retracted);
    expect(await retractWaiting(seen, { errands })).toBe(0);
    await runErrands(deps);
    expect(done).toHaveLength(1 + retracted);
    // What was taken back can be said again.
    if (retracted) expect(await errands.want(waiting('A-1'))).toBe(true);
  });
});

function raise(): never {
  throw new Error('nothing is open');
}
