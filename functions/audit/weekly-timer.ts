import type { TimerHandler } from '@azure/functions';
import { weekToReport } from '../../shared/domain/audit/weekly/week.ts';
import type { Outbox } from '../../shared/domain/ports/outbox.ts';
import type { WeeklyReportEntry } from '../../shared/domain/runs/outbox-entry.ts';
import { performNow } from '../../shared/services/outbox/perform-now.ts';
import type { ProcessOutboxDeps } from '../../shared/services/outbox/process-outbox.ts';

export interface WeeklyTimerDeps {
  /** Where the report goes. */
  places: readonly WeeklyReportEntry['to'][];
  outbox: ProcessOutboxDeps['outbox'] & Pick<Outbox, 'enqueue'>;
  performOutboxEntry: ProcessOutboxDeps['perform'];
  clock: ProcessOutboxDeps['clock'];
  log: ProcessOutboxDeps['log'];
}

/**
 * Sends the report of the week to each place, once for a week however often it ticks and on however many instances.
 * What cannot be sent now stays in the outbox, and the sweep tries again.
 */
export function createWeeklyTimer({ places, performOutboxEntry: perform, ...deps }: WeeklyTimerDeps): TimerHandler {
  return async () => {
    const week = weekToReport(deps.clock.now());
    for (const to of places) {
      const entry: WeeklyReportEntry = { kind: 'weekly-report', week, projects: [], to };
      if (await deps.outbox.enqueue(entry)) await performNow(entry, { ...deps, perform });
    }
  };
}
