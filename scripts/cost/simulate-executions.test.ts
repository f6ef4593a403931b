import { describe, expect, it } from 'vitest';
import { simulateExecutions } from './simulate-executions.ts';

const LOAD = { taskMinutes: 10, maxExecutions: 300, startSeconds: 30 };

describe('what runners are paid for', () => {
  it('is each task and the start of its runner, where a runner has one run', () => {
    const { paidSeconds } = simulateExecutions({ ...LOAD, tasksPerDay: 100, runsAtOnce: 1 });
    expect(paidSeconds).toBeGreaterThan(600);
    expect(paidSeconds).toBeLessThan(640);
  });

  it('is less than a quarter of that with six runs at once and much to do', () => {
    const [one, six] = [1, 6].map((runsAtOnce) => simulateExecutions({ ...LOAD, tasksPerDay: 5000, runsAtOnce }));
    expect(one?.paidSeconds).toBeGreaterThan(4 * (six?.paidSeconds ?? Number.POSITIVE_INFINITY));
  });

  it.each([100, 1000])('keeps no task waiting for a runner that has no place: %i a day', (tasksPerDay) => {
    for (const runsAtOnce of [2, 6]) {
      const { longestWaitSeconds } = simulateExecutions({ ...LOAD, tasksPerDay, runsAtOnce });
      // A look of the scaler, and a start.
      expect(longestWaitSeconds).toBeLessThanOrEqual(30 + LOAD.startSeconds + 1);
    }
  });
});
