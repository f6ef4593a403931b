import type { RunRecord } from '../../shared/domain/ports/run-ledger.ts';
import type { MessageLease } from '../../shared/domain/ports/task-queue.ts';
import { isFinal } from '../../shared/domain/runs/run.ts';
import { compareAndSet, LOST } from '../../shared/kernel/compare-and-set.ts';
import { type ErrorCode, TaskError } from '../../shared/kernel/errors.ts';
import { type NotifyDeps, notifyRun } from '../../shared/services/notifications/notify-run.ts';
import { findOrCreateRun } from './begin-run.ts';
import { type SettleDeps, settle, settleWithin } from './settle.ts';

/**
 * Ends a run that cannot be begun however often its message comes back: failed, notified, and its message poisoned, in
 * this order. A run that were left open would be sent again by the sweeper, for ever. False when storage did not answer
 * in time: the message comes back.
 * @throws {TaskError} `storage-refused`
 */
export async function failUnbegun(
  message: MessageLease,
  code: ErrorCode,
  deps: SettleDeps & NotifyDeps,
): Promise<boolean> {
  return settleWithin(async () => {
    const failed = await failRun(message, code, deps);
    if (failed) await notifyRun(failed, deps);
    await settle(message, { word: 'poison', reason: code }, deps);
  }, deps);
}

/** `undefined` when not even the run's row can be read: the sweeper cannot send it again either. */
async function failRun(message: MessageLease, code: ErrorCode, deps: NotifyDeps): Promise<RunRecord | undefined> {
  try {
    return await compareAndSet<RunRecord>(
      async () => {
        const record = await findOrCreateRun(message, deps);
        if (isFinal(record.state)) return record;
        return (await deps.ledger.update(record, { state: 'failed', reason: code, code })) ?? LOST;
      },
      { clock: deps.clock, what: 'the run' },
    );
  } catch (error) {
    if (error instanceof TaskError && error.code.startsWith('storage-')) throw error;
    deps.log.error('run not failed', { error });
    return undefined;
  }
}
