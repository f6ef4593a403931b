import type { TimerHandler } from '@azure/functions';
import type { PollerStates } from '../../shared/domain/ports/poller-states.ts';
import { MINUTE } from '../../shared/kernel/clock.ts';
import type { AnnounceEnding } from '../../shared/services/outbound/announce-ending.ts';
import { type ProcessOutboxDeps, processOutbox } from '../../shared/services/outbox/process-outbox.ts';
import type { LiveMapping } from '../../shared/services/projects/live-mapping.ts';
import { type SweepDeps, sweep } from '../../shared/services/runs/sweep.ts';
import { SWEEPER } from '../polling/poller-names.ts';
import { type EndingCredentialsDeps, reportEndingCredentials } from './report-ending-credentials.ts';

export interface SweepTimerDeps extends SweepDeps {
  performOutboxEntry: ProcessOutboxDeps['perform'];
  outbox: ProcessOutboxDeps['outbox'] & NonNullable<SweepDeps['outbox']>;
  pollers: Pick<PollerStates, 'put' | 'list'>;
  /** Reports a source of the project map that cannot be used. */
  mapping: Pick<LiveMapping, 'examineSource'>;
  credentials: EndingCredentialsDeps['credentials'];
  gitlabFor: EndingCredentialsDeps['gitlabFor'];
  announceEnding?: AnnounceEnding;
}

/** Storing the state at every sweep would cost more than a sweep that finds nothing. */
const NOTE_EVERY_MS = 5 * MINUTE;

/**
 * Sends runs again that are due or stuck, makes the notifications a dead runner could not, logs the health line,
 * processes the outbox, and reports tokens that end soon.
 */
export function createSweep(deps: SweepTimerDeps): TimerHandler {
  const { performOutboxEntry: perform, outbox, pollers, mapping, clock, log, repairTimeouts } = deps;
  let notedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    await sweep(deps);
    await processOutbox({ outbox, perform, clock, log, ...(repairTimeouts ? { repairTimeouts } : {}) });
    // Last of what is done for others: what it finds is already logged and kept.
    await mapping.examineSource().catch((error: unknown) => log.warn('project map source not examined', { error }));
    if (clock.now() - notedAt < NOTE_EVERY_MS) return;
    notedAt = clock.now();
    await pollers.put(SWEEPER, { failures: 0, lastSuccessAt: notedAt });
    await reportEndingCredentials(deps).catch((error: unknown) => log.warn('credentials not asked for', { error }));
  };
}
