import type { TimerHandler } from '@azure/functions';

import { type RunErrandsDeps, runErrands } from '../shared/lifecycle/run-errands.ts';
import { type SweepDeps, sweep } from '../shared/lifecycle/sweep.ts';

export interface SweepTimerDeps extends SweepDeps {
  /** Absent where Jira is not configured: errands are about tickets. */
  performErrand?: RunErrandsDeps['perform'];
  errands: RunErrandsDeps['errands'] & NonNullable<SweepDeps['errands']>;
}

/**
 * Sends on its way what is due or stuck, tells what a dead runner could not, says how things are, and does the errands on tickets
 * that belong to no run.
 */
export function createSweep(deps: SweepTimerDeps): TimerHandler {
  const { performErrand: perform, errands, clock, log, patience } = deps;
  return async () => {
    await sweep(deps);
    if (perform) await runErrands({ errands, perform, clock, log, ...(patience ? { patience } : {}) });
  };
}
