import type { RunLedger, RunRecord } from '../../domain/ports/run-ledger.ts';
import { isGivenUp, planPauseMs } from '../../domain/runs/plan-next-try.ts';
import { planRepairTimeouts, type RepairTimeouts } from '../../domain/runs/repair-timeouts.ts';
import { isFinal, type Run } from '../../domain/runs/run.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';

/** Notifies the waiting person how a run ended. Safe to repeat: it finds its own earlier message. */
export type Notify = (run: Run) => Promise<void>;

export interface NotifyDeps {
  ledger: RunLedger;
  notify: Notify;
  clock: Clock;
  log: Log;
  repairTimeouts?: RepairTimeouts;
}

/**
 * Notifies the person about a final run unless that was done or another process is doing it. Of two callers at once one
 * notifies. A failure is kept for the sweeper, which tries again less and less often for a week, unless the ticket or
 * merge request is gone. Resolves to whether the run needs no further notification.
 */
export async function notifyRun(record: RunRecord, deps: NotifyDeps): Promise<boolean> {
  if (record.notified) return true;
  if (!isFinal(record.state)) return false;
  const now = deps.clock.now();
  if (record.notifyAfter !== undefined && record.notifyAfter > now) return false;
  const { notificationMs } = deps.repairTimeouts ?? planRepairTimeouts();
  const taken = await deps.ledger.acquireNotification(
    record,
    now + planPauseMs(record.notifyAttempts + 1, notificationMs),
  );
  if (!taken) return false;
  return notifyAcquired(taken, deps);
}

async function notifyAcquired(record: RunRecord, { ledger, notify, log }: NotifyDeps): Promise<boolean> {
  const { runId } = record;
  try {
    await notify(record);
  } catch (error) {
    if (!isGivenUp(error, record.notifyAttempts)) {
      log.warn('run not notified', { runId, error, notifyAttempts: record.notifyAttempts });
      return false;
    }
    log.error('run notification given up', { runId, error, notifyAttempts: record.notifyAttempts });
  }
  return (await ledger.markNotified(record)) !== undefined;
}
