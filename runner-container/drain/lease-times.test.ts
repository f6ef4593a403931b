import { expect, it } from 'vitest';

import { SECOND } from '../../shared/kernel/clock.ts';
import { planLeaseTimes } from './lease-times.ts';

it('holds a message for three minutes, and everything else ends before that', () => {
  expect(planLeaseTimes(180 * SECOND)).toEqual({
    visibilitySeconds: 180,
    scopeLeaseMs: 150 * SECOND,
    renewEveryMs: 60 * SECOND,
    retryRenewalMs: 5 * SECOND,
    loseAfterMs: 135 * SECOND,
    settleWithinMs: 80 * SECOND,
  });
});

it.each([
  { leaseMs: 100, visibilitySeconds: 1 },
  { leaseMs: 1499, visibilitySeconds: 1 },
  { leaseMs: 2000, visibilitySeconds: 2 },
])('leases for whole seconds, one at least: $leaseMs ms', ({ leaseMs, visibilitySeconds }) => {
  expect(planLeaseTimes(leaseMs).visibilitySeconds).toBe(visibilitySeconds);
});
