import { expect, it } from 'vitest';

import { MINUTE, SECOND } from '../../kernel/clock.ts';
import { planRepairTimeouts } from './repair-timeouts.ts';

const FOR_TWO_MINUTES = {
  plannedMs: 60 * SECOND,
  settledMs: 2 * MINUTE,
  lapsedMs: 5 * MINUTE,
  queuedMs: 15 * MINUTE,
  outOfOrderMs: 5 * MINUTE,
  notificationMs: 3 * MINUTE,
  scopeWaitMs: 10 * MINUTE,
};

it('repairs after these times unless a setting says otherwise', () => {
  expect(planRepairTimeouts()).toEqual(FOR_TWO_MINUTES);
});

it('keeps them in proportion where a setting gives another one', () => {
  const doubled = Object.entries(FOR_TWO_MINUTES).map(([name, ms]) => [name, 2 * ms]);
  expect(planRepairTimeouts(4 * MINUTE)).toEqual(Object.fromEntries(doubled));
});
