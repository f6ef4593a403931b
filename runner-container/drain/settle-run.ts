import type { RunRecord } from '../../shared/domain/ports/run-ledger.ts';
import type { ScopeLock } from '../../shared/domain/ports/scopes.ts';
import type { MessageLease } from '../../shared/domain/ports/task-queue.ts';
import { isFinal, type RunFacts, type RunState } from '../../shared/domain/runs/run.ts';
import { compareAndSet, LOST } from '../../shared/kernel/compare-and-set.ts';
import { type NotifyDeps, notifyRun } from '../../shared/services/notifications/notify-run.ts';
import type { AnnounceRun } from '../../shared/services/outbound/announce-run.ts';
import { type ReleaseDeps, releaseScope } from '../../shared/services/runs/release-scope.ts';
import { type Ending, type MessageEnding, planSettlement, type Settlement } from './plan-settlement.ts';
import { type SettleDeps, settle, settleWithin } from './settle.ts';

export interface SettleRunDeps extends ReleaseDeps, NotifyDeps, SettleDeps {
  maxAttempts: number;
  retryBaseMs?: number;
  /** Has the webhook of a team notified. Absent: there is none. */
  announceRun?: AnnounceRun;
}

/** A run that is ours: its message, its scope lock, and the record our changes are compared with. */
export interface HeldRun {
  message: MessageLease;
  lock: ScopeLock;
  record: RunRecord;
  /** What the attempt worked with; absent where none was begun. */
  facts?: RunFacts;
}

/**
 * Ends our work on a run, in this order: the ledger, the waiting person, the scope, the message. Each step may be
 * repeated; a crash between two leaves the rest to the next runner that gets the message, or to the sweeper.
 * Resolves to the state the run is left in, or to `undefined` when storage did not answer in time.
 */
export async function settleRun(held: HeldRun, ending: Ending, deps: SettleRunDeps): Promise<RunState | undefined> {
  const { clock, maxAttempts, retryBaseMs } = deps;
  const settlement = planSettlement(held.record, ending, { now: clock.now(), maxAttempts, retryBaseMs });
  let moved: Moved | undefined;
  let scopeReleased = false;
  const settled = await settleWithin(async () => {
    // Before the run is final: a crash in between leaves an entry that waits for the end, and not an end without one.
    if (!moved && isFinal(settlement.change.state)) await deps.announceRun?.(held.record, 'ended');
    moved ??= await move(held.record, { ...settlement, change: { ...settlement.change, ...pickFacts(held) } }, deps);
    await notifyRun(moved.record, deps);
    if (!scopeReleased) await releaseScope(held.lock, deps);
    scopeReleased = true;
    await settle(held.message, moved.message, deps);
  }, deps);
  return settled ? moved?.record.state : undefined;
}

function pickFacts({ facts }: Pick<HeldRun, 'facts'>): { facts?: RunFacts } {
  return facts && Object.keys(facts).length > 0 ? { facts } : {};
}

interface Moved {
  record: RunRecord;
  message: MessageEnding;
}

/**
 * Writes the outcome if the run is still ours. If it was moved meanwhile (a person cancelled it, the sweeper thought us
 * gone and sent it again), that stands and our message is only in the way.
 */
async function move(first: RunRecord, { change, message }: Settlement, deps: SettleRunDeps): Promise<Moved> {
  const { ledger, clock, log } = deps;
  let record = first;
  const attempt = async (): Promise<Moved | typeof LOST> => {
    const updated = await ledger.update(record, change);
    if (updated) return { record: updated, message };
    record = await ledger.get(first.runId);
    // Our own write, when only the answer to it was lost.
    if (record.state === change.state) return { record, message };
    if (record.state === first.state && record.runner === first.runner) return LOST;
    log.warn('run was moved meanwhile', { state: record.state });
    return { record, message: { word: 'complete' } };
  };
  return compareAndSet(attempt, { clock, what: 'the run' });
}
