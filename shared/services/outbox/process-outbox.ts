import pLimit from 'p-limit';
import type { OpenEntry, Outbox } from '../../domain/ports/outbox.ts';
import { isRemembered, laneOf, type OutboxEntry, TICKETS } from '../../domain/runs/outbox-entry.ts';
import { isGivenUp, MAX_FAILURES_IN_A_ROW, planPauseMs } from '../../domain/runs/plan-next-try.ts';
import { planRepairTimeouts, type RepairTimeouts } from '../../domain/runs/repair-timeouts.ts';
import { allEnded } from '../../kernel/all-ended.ts';
import { type Clock, DAY, SECOND } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';

/**
 * Done and remembered; done, and nothing about it needs to be remembered; or not to be done yet: looked at again soon,
 * or after so long.
 */
export type OutboxResult = 'complete' | 'delete' | 'reschedule' | { laterMs: number };

/**
 * Holds the entry for this long from now; false when another process has it, after which nothing may be written. For
 * what takes longer than a first pause.
 */
export type RenewLease = (ms: number) => Promise<boolean>;

export interface ProcessOutboxDeps {
  outbox: Pick<Outbox, 'listOpen' | 'lease' | 'reschedule' | 'complete' | 'delete'>;
  /** Does what an outbox entry asks for; called again after a crash or a failure, so it must be safe to repeat. */
  perform: (entry: OutboxEntry, renew: RenewLease) => Promise<OutboxResult>;
  clock: Pick<Clock, 'now'>;
  log: Log;
  repairTimeouts?: RepairTimeouts;
}

/** Webhooks that are written to at once: some may take ten seconds each. */
const LANES_AT_ONCE = 32;
/** What is left in the lane of a slow webhook waits for the next round. */
const LANE_MS = 30 * SECOND;
/** An event that could not be sent for so long is no news. */
const NOTIFIED_WITHIN_MS = DAY;

/**
 * Processes the open outbox entries; a timer runs it every minute. Of several at once each entry is done by one; what a
 * crash left half done is done again after three minutes. What fails is tried again, less and less often, for a week,
 * unless what it is about is gone; it stops no other, but when one after the other fails the rest waits for the next
 * time. The webhooks of teams are notified beside all that and beside each other: one that fails or is slow keeps only
 * its own events waiting, which are given up after a day.
 * @throws {TaskError} `storage-unavailable` when they cannot be listed or leased, once nothing is under way any more.
 */
export async function processOutbox(deps: ProcessOutboxDeps): Promise<{ done: number; failed: number }> {
  const now = deps.clock.now();
  const due = (await deps.outbox.listOpen())
    .filter(({ leasedUntil }) => leasedUntil <= now)
    .sort((one, other) => one.leasedUntil - other.leasedUntil);
  const limit = pLimit(LANES_AT_ONCE);
  const lanes = Map.groupBy(due, ({ entry }) => laneOf(entry));
  const tickets = lanes.get(TICKETS) ?? [];
  lanes.delete(TICKETS);
  const reports = await allEnded([
    processLane(tickets, MAX_FAILURES_IN_A_ROW, deps),
    ...[...lanes.values()].map((lane) => limit(() => processLane(lane.toSorted(startsFirst), 1, deps, LANE_MS))),
  ]);
  return {
    done: reports.reduce((sum, { done }) => sum + done, 0),
    failed: reports.reduce((sum, { failed }) => sum + failed, 0),
  };
}

/** The events of a run that was quick are sent in their order. */
function startsFirst({ entry: one }: OpenEntry, { entry: other }: OpenEntry): number {
  return Number(isEnd(one)) - Number(isEnd(other));
}

function isEnd(entry: OutboxEntry): boolean {
  return entry.kind === 'run-told' && entry.moment === 'ended';
}

async function processLane(
  due: readonly OpenEntry[],
  mostFailures: number,
  deps: ProcessOutboxDeps,
  longestMs = Number.POSITIVE_INFINITY,
): Promise<{ done: number; failed: number }> {
  const report = { done: 0, failed: 0 };
  const { notificationMs } = deps.repairTimeouts ?? planRepairTimeouts();
  const startedAt = deps.clock.now();
  let failedInARow = 0;
  for (const open of due) {
    const now = deps.clock.now();
    if (now - startedAt >= longestMs) break;
    const taken = await deps.outbox.lease(open, now + planPauseMs(open.tries + 1, notificationMs));
    if (!taken) continue;
    if (await processEntry(taken, now + notificationMs, deps)) {
      report.done += 1;
      failedInARow = 0;
    } else {
      report.failed += 1;
      failedInARow += 1;
    }
    if (failedInARow >= mostFailures) break;
  }
  return report;
}

async function processEntry(
  open: OpenEntry,
  laterAt: number,
  { outbox, perform, clock, log }: ProcessOutboxDeps,
): Promise<boolean> {
  const { entry, tries } = open;
  let held = open;
  const renew: RenewLease = async (ms) => {
    // It is the same try.
    const next = await outbox.lease({ ...held, tries: tries - 1 }, clock.now() + ms);
    if (next) held = next;
    return next !== undefined;
  };
  try {
    const ending = await perform(entry, renew);
    if (ending === 'reschedule' || typeof ending === 'object') {
      const at = ending === 'reschedule' ? laterAt : clock.now() + ending.laterMs;
      await outbox.reschedule(held, at);
      return true;
    }
    await outbox.complete(held);
    if (ending === 'delete') await outbox.delete(entry);
    log.info('outbox entry done', { ...entry });
    return true;
  } catch (error) {
    const isStale =
      entry.kind !== 'weekly-report' && laneOf(entry) !== TICKETS && clock.now() - open.openedAt >= NOTIFIED_WITHIN_MS;
    if (!isStale && !isGivenUp(error, tries)) {
      log.warn('outbox entry not done', { ...entry, tries, error });
      return false;
    }
    log.error('outbox entry given up', { ...entry, tries, error });
    await outbox.complete(held);
    if (!isRemembered(entry)) await outbox.delete(entry);
    return false;
  }
}
