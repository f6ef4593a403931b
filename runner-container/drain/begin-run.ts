import type { RunRecord } from '../../shared/domain/ports/run-ledger.ts';
import type { ScopeLock, Scopes } from '../../shared/domain/ports/scopes.ts';
import type { MessageLease } from '../../shared/domain/ports/task-queue.ts';
import { planRepairTimeouts, type RepairTimeouts } from '../../shared/domain/runs/repair-timeouts.ts';
import { isFinal } from '../../shared/domain/runs/run.ts';
import { buildDedupKey } from '../../shared/domain/runs/run-id.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import { compareAndSet, LOST } from '../../shared/kernel/compare-and-set.ts';
import type { AnnounceRun } from '../../shared/services/outbound/announce-run.ts';
import { parkRun } from '../../shared/services/runs/park-run.ts';
import { type ReleaseDeps, releaseScope, SCOPE_BUSY } from '../../shared/services/runs/release-scope.ts';
import { resendRun } from '../../shared/services/runs/send-run.ts';
import type { LeaseTimes } from './lease-times.ts';
import { countOwnAttempts } from './plan-settlement.ts';

export interface BeginDeps extends ReleaseDeps {
  scopes: Scopes;
  clock: Clock;
  /** This process, e.g. the job execution's name. */
  runnerId: string;
  maxAttempts: number;
  times: LeaseTimes;
  /** Whether the message of a run that begins now will be given up, see `shareMessage`. Absent: never. */
  willGiveUp?: () => boolean;
  repairTimeouts?: RepairTimeouts;
  /** Has the webhook of a team notified. Absent: there is none. */
  announceRun?: AnnounceRun;
}

export type Beginning =
  /** The run is `running` and ours. */
  | { kind: 'begun'; record: RunRecord; lock: ScopeLock }
  /** It was tried too often; the scope is ours so that no other runner works on it while it is ended. */
  | { kind: 'exhausted'; record: RunRecord; lock: ScopeLock }
  /** Nothing is to be done for this message: its run is over, waits for its time, or is at work elsewhere. */
  | { kind: 'ignored'; reason: 'final' | 'parked' | 'in-progress' }
  /** Another run has the issue or merge request; ours waits without a message. */
  | { kind: 'parked' };

/**
 * Makes the run of a leased message ours, or finds out why not. The scope is taken first, then the run is moved by
 * compare-and-set; after a loss of either this decides again on what is there now.
 * @throws {TaskError} `storage-unavailable`, `storage-refused`
 */
export async function beginRun(message: MessageLease, leasedAt: number, deps: BeginDeps): Promise<Beginning> {
  const { ledger, scopes, clock, runnerId, maxAttempts, times } = deps;
  const holder = `${runnerId}/${message.messageId}.${message.attempt}`;
  const attempt = async (): Promise<Beginning | typeof LOST> => {
    const record = await findOrCreateRun(message, deps);
    if (isFinal(record.state)) return { kind: 'ignored', reason: 'final' };
    // Only a parked run has a time to wait for.
    if ((record.parkedUntil ?? 0) > clock.now()) return { kind: 'ignored', reason: 'parked' };

    const { scope } = record.task;
    // Counted from the lease of the message, so that the lock ends before the message is visible again.
    const leaseMs = Math.max(times.renewEveryMs, times.scopeLeaseMs - (clock.now() - leasedAt));
    const taken = await scopes.take({ scope, runId: record.runId, holder, leaseMs });
    if (taken.kind === 'busy') {
      if (taken.runId === record.runId) return { kind: 'ignored', reason: 'in-progress' };
      return (await waitForScope(record, deps)) ? { kind: 'parked' } : LOST;
    }

    const { lock } = taken;
    // Ours already when the answer to an earlier write was lost on the way; only a running run has a runner.
    if (record.runner === holder) return { kind: 'begun', record, lock };
    const deliveries = message.attempt - (record.interruptions ?? 0);
    if (countOwnAttempts(record) >= maxAttempts || deliveries > maxAttempts) return { kind: 'exhausted', record, lock };

    await deps.announceRun?.(record, 'started');
    const begun = await ledger.update(record, {
      state: 'running',
      attempt: record.attempt + 1,
      runner: holder,
      ...(deps.willGiveUp?.() ? { withoutMessage: true } : {}),
    });
    if (begun) return { kind: 'begun', record: begun, lock };
    await releaseScope(lock, deps);
    return LOST;
  };
  return compareAndSet(attempt, { clock, what: 'the run' });
}

/** A message is enough to make a run: one put on the queue by hand, or one that outlived its run's row. */
export async function findOrCreateRun(
  { runId, task }: MessageLease,
  { ledger }: Pick<BeginDeps, 'ledger'>,
): Promise<RunRecord> {
  const found = await ledger.find(runId);
  if (found) return found;
  const created = await ledger.create({ runId, task, dedupKey: buildDedupKey(task.id) });
  return created ?? (await ledger.get(runId));
}

/** False when the run moved meanwhile. Parked first and registered second, so that no release in between is missed. */
async function waitForScope(record: RunRecord, deps: BeginDeps): Promise<boolean> {
  const { scopeWaitMs } = deps.repairTimeouts ?? planRepairTimeouts();
  const until = deps.clock.now() + scopeWaitMs;
  const parked = await parkRun(record, { until, reason: SCOPE_BUSY }, deps);
  if (!parked) return false;
  if (!(await deps.scopes.waitFor(record.task.scope, record.runId))) await resendRun(parked, 'scope-free', deps);
  return true;
}
