import { expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../shared/kernel/clock.ts';
import { planLastBegin } from './plan-last-begin.ts';

it('leaves the time of the longest run before the platform ends the process', () => {
  const limits = { wallClockMs: 60 * MINUTE, validateTimeoutMs: 15 * MINUTE };
  expect(planLastBegin(1000, { replicaTimeoutMs: 2 * HOUR, ...limits })).toBe(1000 + 35 * MINUTE);
});
