import { expect, it } from 'vitest';
import { MINUTE } from '../../shared/kernel/clock.ts';
import { nextUtcDay, nextUtcMonth } from '../../shared/kernel/utc-day.ts';
import { createSteppedClock } from '../doubles/stepped-clock.ts';
import { passTurn } from './pass-turn.ts';

const TURN = Date.UTC(2026, 11, 1);

it.each([
  { name: 'waits for midnight where a test may still be at work then', before: 3, tests: 1, slept: [3] },
  { name: 'begins at once where it is over by then', before: 4, tests: 1, slept: [] },
  { name: 'has two tests on the same day', before: 4, tests: 2, slept: [4] },
])('$name', async ({ before, tests, slept }) => {
  for (const nextTurn of [nextUtcDay, nextUtcMonth]) {
    const clock = createSteppedClock(TURN - before * MINUTE);
    await passTurn(nextTurn, tests, clock);
    expect(clock.slept).toEqual(slept.map((minutes) => minutes * MINUTE));
  }
});

it('waits for no midnight but that of the month where months are counted', async () => {
  const clock = createSteppedClock(Date.UTC(2026, 11, 2) - MINUTE);
  await passTurn(nextUtcMonth, 1, clock);
  expect(clock.slept).toEqual([]);
});
