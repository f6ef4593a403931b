import type { OpenEntry, Outbox } from '../../domain/ports/outbox.ts';
import type { OutboxEntry } from '../../domain/runs/outbox-entry.ts';
import { isGivenUp, MAX_FAILURES_IN_A_ROW, planPauseMs } from '../../domain/runs/plan-next-try.ts';
import { planRepairTimeouts, type RepairTimeouts } from '../../domain/runs/repair-timeouts.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';

/** Done and remembered; done, and nothing about it needs to be remembered; or not to be done yet. */
export type OutboxResult = 'complete' | 'delete' | 'reschedule';

export interface ProcessOutboxDeps {
  outbox: Pick<Outbox, 'listOpen' | 'lease' | 'reschedule' | 'complete' | 'delete'>;
  /** Does what an outbox entry asks for; called again after a crash or a failure, so it must be safe to repeat. */
  perform: (entry: OutboxEntry) => Promise<OutboxResult>;
  clock: Pick<Clock, 'now'>;
  log: Log;
  repairTimeouts?: RepairTimeouts;
}

/**
 * Processes the open outbox entries; a timer runs it every minute. Of several at once each entry is done by one; what a
 * crash left half done is done again after three minutes. What fails is tried again, less and less often, for a week,
 * unless what it is about is gone; it stops no other, but when one after the other fails the rest waits for the next
 * time.
 * @throws {TaskError} `storage-unavailable` when they cannot be listed.
 */
export async function processOutbox(deps: ProcessOutboxDeps): Promise<{ done: number; failed: number }> {
  const report = { done: 0, failed: 0 };
  const now = deps.clock.now();
  const { notificationMs } = deps.repairTimeouts ?? planRepairTimeouts();
  const due = (await deps.outbox.listOpen())
    .filter(({ leasedUntil }) => leasedUntil <= now)
    .sort((one, other) => one.leasedUntil - other.leasedUntil);
  let failedInARow = 0;
  for (const open of due) {
    const taken = await deps.outbox.lease(open, now + planPauseMs(open.tries + 1, notificationMs));
    if (!taken) continue;
    if (await processEntry(taken, now + notificationMs, deps)) {
      report.done += 1;
      failedInARow = 0;
    } else {
      report.failed += 1;
      failedInARow += 1;
    }
    if (failedInARow >= MAX_FAILURES_IN_A_ROW) break;
  }
  return report;
}

async function processEntry(
  open: OpenEntry,
  laterAt: number,
  { outbox, perform, log }: ProcessOutboxDeps,
): Promise<boolean> {
  const { entry, tries } = open;
  try {
    const ending = await perform(entry);
    if (ending === 'reschedule') {
      await outbox.reschedule(open, laterAt);
      return true;
    }
    await outbox.complete(open);
    if (ending === 'delete') await outbox.delete(entry);
    log.info('outbox entry done', { ...entry });
    return true;
  } catch (error) {
    if (!isGivenUp(error, tries)) {
      log.warn('outbox entry not done', { ...entry, tries, error });
      return false;
    }
    log.error('outbox entry given up', { ...entry, tries, error });
    await outbox.complete(open);
    return false;
  }
}
