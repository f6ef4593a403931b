import { describe, expect, it } from 'vitest';

import { createManualClock } from '../../test/manual-clock.ts';
import { MINUTE } from '../clock.ts';
import { TaskError } from '../errors.ts';
import type { Errand } from '../tasks/errand.ts';
import { silentLog } from '../telemetry/log.ts';
import { createMemoryStorage } from './memory-storage.ts';
import { retractWaiting } from './retract-waiting.ts';
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
