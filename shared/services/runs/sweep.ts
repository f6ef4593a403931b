import type { Permits } from '../../domain/ports/permits.ts';
import type { OpenRun, RunRecord } from '../../domain/ports/run-ledger.ts';
import type { ScopeLock, Scopes } from '../../domain/ports/scopes.ts';
import { depthOf, type ImageDepth, type QueueDepth, type WaitingMessages } from '../../domain/ports/task-queue.ts';
import { MAX_FAILURES_IN_A_ROW } from '../../domain/runs/plan-next-try.ts';
import { isFinal, type Run } from '../../domain/runs/run.ts';
import { SECOND } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import { type NotifyDeps, notifyRun } from '../notifications/notify-run.ts';
import { CLOCK_SKEW_MS, planSweep, type SweepView } from './plan-sweep.ts';
import { DEFAULT_RETENTION, type KeptRuns, type PurgeDeps, purge, type Retention } from './purge.ts';
import { releaseScope } from './release-scope.ts';
import { resendRun, type SendDeps } from './send-run.ts';
import { wakeAfterRaise } from './wake-after-raise.ts';
import { wakeRuns } from './wake-runs.ts';

export interface SweepDeps extends SendDeps, NotifyDeps, PurgeDeps {
  scopes: Pick<Scopes, 'list' | 'find' | 'release'>;
  permits: Pick<Permits, 'releaseDead'>;
  retention?: Retention;
  /** The budgets of months in force, as text. Absent: runs that wait for a month wait for its end. */
  describeMonthBudgets?: () => Promise<string>;
  /**
   * Keeps a day of the ledger if one is due, and resolves to what is kept. Absent: no archive is wanted.
   */
  archiveLedger?: () => Promise<KeptRuns>;
}

export interface SweepReport {
  /** Runs that were given a new message. */
  sent: number;
  /** Of these, runs that should not have needed one: their message or runner was gone. */
  stuck: number;
  notified: number;
  /** Open runs that could not be handled this time. */
  failed: number;
  depth: QueueDepth;
}

/**
 * Repairs what crashes left behind; a timer runs it every minute. Safe with two at once and at any moment, because
 * every repair begins with a compare-and-set that one of them wins. Says how things are in one `health` line.
 * @throws {TaskError} `storage-unavailable`, `storage-refused` when it cannot see; one bad run does not stop the
 * others.
 */
export async function sweep(deps: SweepDeps): Promise<SweepReport> {
  const { ledger, queue, scopes, log } = deps;
  // The order matters for nothing but freshness: what is acted on is read again first.
  const open = await ledger.listOpen();
  const [depth, locks] = await Promise.all([queue.getDepth(), scopes.list()]);
  const lockOf = new Map(locks.map((lock) => [lock.runId, lock]));

  const report: SweepReport = { sent: 0, stuck: 0, notified: 0, failed: 0, depth };
  const sweepOne = async (run: OpenRun): Promise<boolean> => {
    try {
      return await sweepRun(run, lockOf.get(run.runId), report, deps);
    } catch (error) {
      report.failed += 1;
      log.error('run not swept', { runId: run.runId, error });
      return false;
    }
  };
  for (const run of open) if (!isFinal(run.state)) await sweepOne(run);
  if (open.some(({ parkedReason }) => parkedReason === 'concurrency')) await wakeAfterDead(deps);
  await wakeForMonths(open, deps);
  await freeLeftOver(locks, deps);
  reportHealth(open, report, deps);

  // After all repairs, because a service that does not answer takes its time.
  let failedInARow = 0;
  for (const run of listUnnotified(open)) {
    failedInARow = (await sweepOne(run)) ? 0 : failedInARow + 1;
    if (failedInARow >= MAX_FAILURES_IN_A_ROW) break;
  }

  // Last, because a day of many runs is a long read for which no person waits.
  const purged = await purge(deps, deps.retention ?? DEFAULT_RETENTION, await deps.archiveLedger?.());
  if (purged) log.info('old state purged', purged);
  return report;
}

/** A runner that died wakes no run, nor does a limit that was lifted. What is not woken here is due by itself. */
async function wakeAfterDead(deps: SweepDeps): Promise<void> {
  try {
    await wakeRuns(await deps.permits.releaseDead(), 'concurrency', deps);
  } catch (error) {
    deps.log.warn('permits of dead runs not freed', { error });
  }
}

/** A budget of a month was raised. What is not woken here is due by itself when the month ends. */
async function wakeForMonths(open: readonly OpenRun[], deps: SweepDeps): Promise<void> {
  const { describeMonthBudgets: describe } = deps;
  if (!describe) return;
  try {
    await wakeAfterRaise(open, { ...deps, describe });
  } catch (error) {
    deps.log.warn('budgets of months not compared', { error });
  }
}

/**
 * A runner that was killed between the end of its run and the release of the scope leaves a lock that no run needs, and
 * runs that wait for it. The lock of a run that is not over is left to the runner that takes the run over.
 */
async function freeLeftOver(locks: readonly ScopeLock[], deps: SweepDeps): Promise<void> {
  const { ledger, scopes, clock, log } = deps;
  const hasExpired = ({ expiresAt }: ScopeLock) => expiresAt + CLOCK_SKEW_MS <= clock.now();
  for (const lock of locks.filter(hasExpired)) {
    try {
      const record = await ledger.find(lock.runId);
      if (record && !isFinal(record.state)) continue;
      // A runner at work on a run that a person cancelled renews it, and repairs may have taken minutes since the list.
      const now = await scopes.find(lock.scope);
      if (now?.holder === lock.holder && hasExpired(now)) await releaseScope(now, deps);
    } catch (error) {
      log.warn('left-over scope not freed', { scope: lock.scope, runId: lock.runId, error });
    }
  }
}

/** The longest waiting comes first, so that none starves. */
function listUnnotified(open: readonly OpenRun[]): OpenRun[] {
  const unnotified = open.filter(({ state }) => isFinal(state));
  return unnotified.sort((one, other) => (one.notifyAfter ?? 0) - (other.notifyAfter ?? 0));
}

/** False when the person could not be notified, or another process is doing it. */
async function sweepRun(
  run: OpenRun,
  lock: ScopeLock | undefined,
  report: SweepReport,
  deps: SweepDeps,
): Promise<boolean> {
  const { ledger, clock } = deps;
  const seen = {
    now: clock.now(),
    ...(lock ? { lockExpiresAt: lock.expiresAt } : {}),
    ...(deps.repairTimeouts ? { repairTimeouts: deps.repairTimeouts } : {}),
  };
  if (planSweep({ ...seen, run, depth: depthOf(report.depth, run.task.image) }).action === 'leave') return true;

  const record = await ledger.find(run.runId);
  if (!record) return true;
  // Decided again on what it is now: another sweeper or a runner may have moved it since it was listed.
  const view = { ...seen, run: record, depth: depthOf(report.depth, record.task.image) };
  const plan = planSweep(view);
  if (plan.action === 'notify') return sweepNotification(record, report, deps);
  if (plan.action !== 'send') return true;
  if (plan.reason === 'runner-gone' && (await isAtWork(record, view, deps))) return true;
  await sendAgain(record, plan.reason, report, deps);
  return true;
}

/** By its lock as it is now: a sweep with many repairs takes longer than a lock lives that was listed at its start. */
async function isAtWork(record: RunRecord, view: SweepView, { scopes, clock }: SweepDeps): Promise<boolean> {
  const lock = await scopes.find(record.task.scope).catch((error: unknown) => {
    // A row that nothing can read is no lock, as in the list.
    if (error instanceof TaskError && error.code === 'unexpected') return undefined;
    throw error;
  });
  if (lock?.runId !== record.runId) return false;
  return planSweep({ ...view, now: clock.now(), lockExpiresAt: lock.expiresAt }).action === 'leave';
}

async function sweepNotification(record: RunRecord, report: SweepReport, deps: SweepDeps): Promise<boolean> {
  if (record.notified) return true;
  const notified = await notifyRun(record, deps);
  if (notified) report.notified += 1;
  return notified;
}

async function sendAgain(record: RunRecord, reason: string, report: SweepReport, deps: SweepDeps): Promise<void> {
  const { runId, state } = record;
  if (!(await resendRun(record, reason, deps))) return;
  report.sent += 1;
  if (reason === 'due') return;
  report.stuck += 1;
  deps.log.warn('stuck run sent again', { runId, reason, state });
}

/**
 * Storage metrics are hourly and per account, so backlog alerts read this line. It counts all that waits and, where
 * there are several queues, each of them.
 */
function reportHealth(open: Run[], { depth, stuck }: SweepReport, { clock, log }: SweepDeps): void {
  const now = clock.now();
  const count = (state: Run['state']) => open.filter((run) => run.state === state).length;
  const all = describeWaiting(depth, open, now);
  const ofImages = depth.byImage ? { byImage: depth.byImage.map((one) => describeImage(one, depth, open, now)) } : {};
  log.info('health', {
    queue: 'tasks',
    count: all.count,
    oldestSeconds: all.oldestSeconds,
    poison: depth.poisonCount,
    parked: count('parked'),
    running: count('running'),
    stuck,
    unnotified: open.filter(({ state }) => isFinal(state)).length,
    ...ofImages,
  });
}

function describeImage(one: ImageDepth, depth: QueueDepth, open: Run[], now: number) {
  const itsRuns = open.filter(({ task }) => depthOf(depth, task.image) === one);
  return { image: one.image ?? 'default', ...describeWaiting(one, itsRuns, now) };
}

function describeWaiting({ count, oldestAt }: WaitingMessages, open: Run[], now: number) {
  // A message leased by a dying runner is not visible; the run that waits for it is.
  const waiting = open
    .filter(({ state }) => state === 'queued' || state === 'planned')
    .map(({ updatedAt }) => updatedAt);
  const oldest = Math.min(oldestAt ?? now, ...waiting);
  return { count, oldestSeconds: Math.max(0, Math.round((now - oldest) / SECOND)) };
}
