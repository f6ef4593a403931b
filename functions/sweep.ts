import type { TimerHandler } from '@azure/functions';

import { type SweepDeps, sweep } from '../shared/lifecycle/sweep.ts';

/** Sends on its way what is due or stuck, tells what a dead runner could not, and says how things are. */
export function createSweep(deps: SweepDeps): TimerHandler {
  return async () => {
    await sweep(deps);
  };
}
