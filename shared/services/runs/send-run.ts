import type { RunLedger, RunRecord } from '../../domain/ports/run-ledger.ts';
import type { TaskQueue } from '../../domain/ports/task-queue.ts';

export interface SendDeps {
  ledger: RunLedger;
  queue: TaskQueue;
}

/**
 * Gives a `planned` run its message. `planned` means "the message must still be sent" and is left only after it was, so
 * a crash in between leaves a run that the next sweep sends again. Too many messages are harmless: a runner ignores
 * what another has; too few would lose work.
 */
async function sendPlanned(record: RunRecord, { ledger, queue }: SendDeps): Promise<void> {
  await queue.enqueue(record.task, { runId: record.runId });
  // Refused when a runner was faster than we are: the run is past `queued` already.
  await ledger.update(record, { state: 'queued' });
}

/**
 * Sends a run that is parked, or whose message or runner is gone, on its way again. Of any number of callers at once
 * one wins the move to `planned`, and only that one sends; false for the others.
 */
export async function resendRun(record: RunRecord, reason: string, deps: SendDeps): Promise<boolean> {
  const planned = await deps.ledger.update(record, { state: 'planned', reason });
  if (!planned) return false;
  await sendPlanned(planned, deps);
  return true;
}
