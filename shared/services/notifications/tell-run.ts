import type { RunLedger, RunRecord } from '../../domain/ports/run-ledger.ts';
import { type Patience, planPatience } from '../../domain/runs/patience.ts';
import { isGivenUp, planPauseMs } from '../../domain/runs/plan-next-try.ts';
import { isFinal, type Run } from '../../domain/runs/run.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';

/** Tells the waiting person how a run ended. Safe to repeat: it finds its own earlier message. */
export type Tell = (run: Run) => Promise<void>;

export interface TellDeps {
  ledger: RunLedger;
  tell: Tell;
  clock: Clock;
  log: Log;
  patience?: Patience;
}

/**
 * Tells the person about a final run unless that was done or somebody is at it. Of two callers at once one tells. A
 * failure is kept for the sweeper, which tries again less and less often for a week, unless the ticket or merge request is gone.
 * Resolves to whether the run needs no more telling.
 */
export async function tellRun(record: RunRecord, deps: TellDeps): Promise<boolean> {
  if (record.told) return true;
  if (!isFinal(record.state)) return false;
  const now = deps.clock.now();
  if (record.tellAfter !== undefined && record.tellAfter > now) return false;
  const { tellingMs } = deps.patience ?? planPatience();
  const taken = await deps.ledger.takeTelling(record, now + planPauseMs(record.tellAttempts + 1, tellingMs));
  if (!taken) return false;
  return tellTaken(taken, deps);
}

async function tellTaken(record: RunRecord, { ledger, tell, log }: TellDeps): Promise<boolean> {
  const { runId } = record;
  try {
    await tell(record);
  } catch (error) {
    if (!isGivenUp(error, record.tellAttempts)) {
      log.warn('run not told', { runId, error, tellAttempts: record.tellAttempts });
      return false;
    }
    log.error('run cannot be told', { runId, error, tellAttempts: record.tellAttempts });
  }
  return (await ledger.markTold(record)) !== undefined;
}
