import type { TimerHandler } from '@azure/functions';
import type { PollerStates } from '../../shared/domain/ports/poller-states.ts';
import { MINUTE } from '../../shared/kernel/clock.ts';
import { type ProcessOutboxDeps, processOutbox } from '../../shared/services/outbox/process-outbox.ts';
import { type SweepDeps, sweep } from '../../shared/services/runs/sweep.ts';

export interface SweepTimerDeps extends SweepDeps {
  /** Absent where Jira is not configured: errands are about tickets. */
  performOutboxEntry?: ProcessOutboxDeps['perform'];
  outbox: ProcessOutboxDeps['outbox'] & NonNullable<SweepDeps['outbox']>;
  pollers: Pick<PollerStates, 'put'>;
}

/** Under this name it keeps how it is doing, as pollers do. */
export const SWEEPER = 'sweeper';

/** A sweep that finds nothing should cost next to nothing. */
const NOTE_EVERY_MS = 5 * MINUTE;

/**
 * Sends on its way what is due or stuck, tells what a dead runner could not, says how things are, and does the errands on tickets
 * that belong to no run.
 */
export function createSweep(deps: SweepTimerDeps): TimerHandler {
  const { performOutboxEntry: perform, outbox, pollers, clock, log, repairTimeouts } = deps;
  let notedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    await sweep(deps);
    if (perform) await processOutbox({ outbox, perform, clock, log, ...(repairTimeouts ? { repairTimeouts } : {}) });
    if (clock.now() - notedAt < NOTE_EVERY_MS) return;
    notedAt = clock.now();
    await pollers.put(SWEEPER, { failures: 0, lastSuccessAt: notedAt });
  };
}
