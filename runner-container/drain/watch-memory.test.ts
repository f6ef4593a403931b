import { describe, expect, it } from 'vitest';
import { SECOND } from '../../shared/kernel/clock.ts';
import type { TaskError } from '../../shared/kernel/errors.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../test/doubles/memory-log.ts';
import { watchMemory } from './watch-memory.ts';

const MIB = 2 ** 20;
const LIMIT = 4096 * MIB;

function createFixture() {
  const clock = createManualClock();
  const log = createMemoryLog();
  const state = { free: LIMIT, used: new Map<number, number>(), reads: 0 };
  const watch = watchMemory({
    runsAtOnce: 4,
    readMemory: async () => {
      state.reads += 1;
      return { limit: LIMIT, free: state.free };
    },
    readUsed: async (place) => state.used.get(place) ?? 0,
    clock,
    log,
  });
  return { clock, log, state, watch };
}

describe('the memory that runs share', () => {
  it('has room for one more run while its share is free', async () => {
    const { state, watch } = createFixture();
    state.free = LIMIT / 4;
    expect(await watch.hasRoom()).toBe(true);
    state.free -= 1;
    expect(await watch.hasRoom()).toBe(false);
  });

  it('has room where the system does not say', async () => {
    const { clock, log } = createFixture();
    const readUsed = async () => 0;
    const unknown = watchMemory({ runsAtOnce: 2, readMemory: async () => undefined, readUsed, clock, log });
    expect(await unknown.hasRoom()).toBe(true);
    const failing = watchMemory({
      runsAtOnce: 2,
      readMemory: () => Promise.reject(new Error('EIO')),
      readUsed,
      clock,
      log,
    });
    expect(await failing.hasRoom()).toBe(true);
  });

  it('ends the run that uses the most when nearly all is used, says what it used, and no other', async () => {
    const { clock, state, watch } = createFixture();
    const runs = [watch.enter(0), watch.enter(1), watch.enter(2)];
    state.used
      .set(0, 300 * MIB)
      .set(1, 2900 * MIB)
      .set(2, 500 * MIB);
    state.free = LIMIT / 16;
    await clock.advance(5 * SECOND);
    expect(runs.map(({ exceeded }) => exceeded.aborted)).toEqual([false, false, false]);
    state.free -= 1;
    await clock.advance(SECOND);
    expect(runs.map(({ exceeded }) => exceeded.aborted)).toEqual([false, true, false]);
    expect(runs[1]?.exceeded.reason as TaskError).toMatchObject({
      code: 'memory-short',
      detail: 'It used 2900 of 4096 MiB beside other runs, of which 4 may be at work at once.',
    });
    // Its programs take a moment to end.
    await clock.advance(5 * SECOND);
    expect(runs.map(({ exceeded }) => exceeded.aborted)).toEqual([false, true, false]);
    for (const run of runs) run.leave();
  });

  it('leaves a run alone that is alone', async () => {
    const { clock, state, watch } = createFixture();
    const [first, second] = [watch.enter(0), watch.enter(1)];
    second.leave();
    state.free = 0;
    state.used.set(0, LIMIT);
    await clock.advance(10 * SECOND);
    expect(first.exceeded.aborted).toBe(false);
    first.leave();
  });

  it('looks at nothing once all have left, and again for the next ones', async () => {
    const { clock, state, watch } = createFixture();
    for (const run of [watch.enter(0), watch.enter(1)]) run.leave();
    await clock.advance(SECOND);
    expect(clock.sleepers()).toBe(0);
    const runs = [watch.enter(0), watch.enter(1)];
    state.free = 0;
    state.used.set(1, 1);
    await clock.advance(SECOND);
    expect(runs[1]?.exceeded.aborted).toBe(true);
    for (const run of runs) run.leave();
  });

  it('goes on watching after a look that failed', async () => {
    const { clock, log, state } = createFixture();
    let fails = true;
    const watch = watchMemory({
      runsAtOnce: 2,
      readMemory: async () => {
        if (fails) throw new Error('EIO');
        return { limit: LIMIT, free: 0 };
      },
      readUsed: async (place) => place,
      clock,
      log,
    });
    const runs = [watch.enter(0), watch.enter(1)];
    await clock.advance(SECOND);
    expect(log.lines.filter(({ event }) => event === 'memory not read').length).toBeGreaterThan(0);
    fails = false;
    await clock.advance(SECOND);
    expect(runs[1]?.exceeded.aborted).toBe(true);
    expect(state.reads).toBe(0);
    for (const run of runs) run.leave();
  });
});
