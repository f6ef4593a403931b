import type { RunLedger, RunRecord } from '../../domain/ports/run-ledger.ts';
import { isFinal } from '../../domain/runs/run.ts';
import { TaskError } from '../../kernel/errors.ts';

const MAX_TRIES = 10;

/**
 * Ends a run from outside: a newer head superseded it, or a person cancelled it. Its message is ignored when it comes,
 * and a runner that is at work finds the run final when it settles. Resolves to the run as it is then; a run that was
 * final already stays what it was. @throws {TaskError} `run-unknown`, `storage-unavailable`
 */
export async function endRun(
  runId: string,
  { state, reason }: { state: 'superseded' | 'cancelled'; reason: string },
  { ledger }: { ledger: RunLedger },
): Promise<RunRecord> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const record = await ledger.get(runId);
    if (isFinal(record.state)) return record;
    // Nobody waits for a run that a newer one or a person has replaced.
    const ended = await ledger.update(record, { state, reason, detail: reason, notified: true });
    if (ended) return ended;
  }
  throw new TaskError('storage-unavailable', { detail: 'the run changed faster than it could be ended' });
}
