import type { RunLedger, RunRecord } from '../../domain/ports/run-ledger.ts';

/**
 * Lets a run wait until a time without a queue message: an invisible message would make the job scaler start empty
 * runners. Resolves to `undefined` when another process moved the run meanwhile.
 */
export async function parkRun(
  record: RunRecord,
  { until, reason, ...change }: { until: number; reason: string; attempt?: number; code?: string; detail?: string },
  { ledger }: { ledger: RunLedger },
): Promise<RunRecord | undefined> {
  return ledger.update(record, { ...change, state: 'parked', reason, parkedUntil: until, parkedReason: reason });
}
