import type { RunLedger, RunRecord } from '../../domain/ports/run-ledger.ts';
import { isFinal } from '../../domain/runs/run.ts';
import type { Clock } from '../../kernel/clock.ts';
import { compareAndSet, LOST } from '../../kernel/compare-and-set.ts';

/**
 * Ends a run from outside: a newer head superseded it, or a person cancelled it. Its message is ignored when it comes,
 * and a runner that is at work finds the run final when it settles. Resolves to the run as it is then; a run that was
 * final already stays what it was. @throws {TaskError} `run-unknown`, `storage-unavailable`
 */
export async function endRun(
  runId: string,
  { state, reason }: { state: 'superseded' | 'cancelled'; reason: string },
  { ledger, clock }: { ledger: RunLedger; clock: Pick<Clock, 'sleep'> },
): Promise<RunRecord> {
  return compareAndSet<RunRecord>(
    async () => {
      const record = await ledger.get(runId);
      if (isFinal(record.state)) return record;
      // Nothing is reported on a run that a newer one or a person has replaced.
      return (await ledger.update(record, { state, reason, detail: reason, notified: true })) ?? LOST;
    },
    { clock, what: 'the run' },
  );
}
