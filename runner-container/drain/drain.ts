import type { RunLedger } from '../../shared/domain/ports/run-ledger.ts';
import type { Scopes } from '../../shared/domain/ports/scopes.ts';
import type {
  AnyMessageLease,
  MessageLease,
  TaskQueue,
  UnreadableMessageLease,
} from '../../shared/domain/ports/task-queue.ts';
import type { Outcome } from '../../shared/domain/runs/outcome.ts';
import type { RepairTimeouts } from '../../shared/domain/runs/repair-timeouts.ts';
import type { RunState } from '../../shared/domain/runs/run.ts';
import { type Clock, HOUR, SECOND } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import type { Log } from '../../shared/kernel/log.ts';
import { toIso } from '../../shared/kernel/to-iso.ts';
import type { Notify } from '../../shared/services/notifications/notify-run.ts';
import type { AnnounceRun } from '../../shared/services/outbound/announce-run.ts';
import { releaseScope } from '../../shared/services/runs/release-scope.ts';
import { createRunContext, type RunContext } from '../perform/run/run-context.ts';
import { abortAfterGrace } from './abort-signals.ts';
import { type Beginning, beginRun } from './begin-run.ts';
import { type Counted, countAs, type DrainReport, emptyReport } from './drain-report.ts';
import { failUnbegun } from './fail-unbegun.ts';
import { holdLease } from './hold-lease.ts';
import { type LeaseTimes, planLeaseTimes } from './lease-times.ts';
import { type Perform, performUntilAborted } from './perform-until-aborted.ts';
import { createPlaces, type Places } from './places.ts';
import { planLookMs } from './plan-look.ts';
import type { Ending } from './plan-settlement.ts';
import { settle, settleUnbegun } from './settle.ts';
import { type HeldRun, settleRun } from './settle-run.ts';
import { type SharedQueue, shareMessage } from './share-message.ts';
import type { MemoryWatch } from './watch-memory.ts';

/*
 * The life of a message lease.
 *
 * A message waits on the queue and every runner sees it. One leases it: for 180 seconds no other runner sees it, and
 * each minute the lease is renewed. The runner locks the scope (150 seconds, renewed right after the message, so that
 * it ends first) and moves the run to `running`; both are compare-and-set, so of two runners with two messages of one
 * run, one works and the other deletes its message.
 *
 * While the work goes on:
 * - The runner dies. The message shows itself again within 180 seconds, the scope is free by then, and the next runner
 *   begins the run's next attempt. Effects are found again by their keys, so what was done is not done twice.
 * - The lease cannot be renewed for 135 seconds, or has gone to another runner. The work is aborted and this runner
 *   writes nothing more about the run: the runner that has the message does.
 * - The runner is asked to stop. It has a grace period to finish; then the work is aborted, the run goes back to
 *   `queued`, the attempt does not count, and the message is visible at once.
 *
 * When the work has ended, renewals stop and the end is written in this order: ledger, person, scope, message. The
 * message is deleted last, so that a crash in between brings it back to a runner that finds the run over. A run that
 * has to wait (for a service, for its scope) is parked in the ledger and its message deleted; nothing waits by staying
 * invisible. One that is for the runners of another image is sent to them in a new message before ours is deleted.
 * When storage does not answer for 80 seconds the runner does nothing: the message returns by itself. So it does when a
 * later release wrote it, whose runner is expected.
 *
 * Where several runs are at work at once, only one of them has a message (`shareMessage`). The others live by their
 * scope locks alone, which are renewed as ever; a sweep sends them again when these lapse.
 */

export interface DrainDeps {
  queue: TaskQueue;
  ledger: RunLedger;
  scopes: Scopes;
  /** Does the work of a run, in one of the places from 0 on: one run has it at a time. */
  perform: PerformAt;
  /** Runs at work at once; one unless said otherwise. */
  runsAtOnce?: number;
  /** The memory that runs share. Absent: nothing is known of it, and as many begin as there are places. */
  memory?: MemoryWatch;
  notify: Notify;
  /** Has the webhook of a team notified that a run starts or ends. Absent: there is none. */
  announceRun?: AnnounceRun;
  clock: Clock;
  log: Log;
  /** This process, e.g. the job execution's name. */
  runnerId: string;
  /**
   * No run but the first begins after this time: it would be killed in the middle. Absent where the process has no end.
   */
  lastBeginAt?: number;
  maxAttempts: number;
  /** From the signal to the end of the process, before the platform kills it. Work may go on for half of it. */
  graceMs: number;
  /**
   * How long a runner that has had a message waits for the next one. One that finds none at its start ends at once:
   * another has it.
   */
  idleMs: number;
  /** How long a message stays ours after each renewal. */
  leaseMs: number;
  /** The wait after a first failed attempt; 30 seconds unless said otherwise. */
  retryBaseMs?: number;
  repairTimeouts?: RepairTimeouts;
}

/** `lost-at-work`: the lease could not be held, so that the process had better end. */
type LeaseEnd = Counted | 'lost-at-work';

/** Does the work of one run as `Perform` does, in one of the places of this process. */
export type PerformAt = (context: RunContext, signal: AbortSignal, place: number) => Promise<Outcome>;

/** Between looks at memory that is used up, or for a storage that is away, while runs are at work. */
const LOOK_FOR_ROOM_EVERY_MS = 5 * SECOND;

/** Work that goes on although it was aborted: the process should end, so that it does. */
class UnendingWork extends TaskError {
  constructor(code: 'claim-lost' | 'memory-short') {
    super(code, { detail: 'the work did not end when it was aborted' });
  }
}

/**
 * Performs queued tasks, `runsAtOnce` at a time, until none is at work and none is visible (for `idleMs`, after the
 * first), a lease is lost at work or the signal aborts.
 * @throws {TaskError} `storage-unavailable`, `storage-refused` when it cannot lease or begin, and what a run could not
 * be settled for, once no run is at work; `claim-lost`, `memory-short` when work goes on after its lease was lost or it
 * used up the memory, and was aborted. The process should end then, and has interrupted its other runs.
 */
export async function drain(deps: DrainDeps, signal: AbortSignal): Promise<DrainReport> {
  const times = planLeaseTimes(deps.leaseMs);
  const failed = new AbortController();
  const unending = new AbortController();
  const shared: LeaseDeps = { ...deps, times, queue: shareMessage(deps.queue, times.visibilitySeconds, deps.log) };
  const places = createPlaces(deps.runsAtOnce ?? 1, (error) => {
    failed.abort(error);
    if (error instanceof UnendingWork) unending.abort(error);
  });
  const report = emptyReport();
  const taking = takeRuns(shared, places, report, {
    taking: AbortSignal.any([signal, failed.signal]),
    working: AbortSignal.any([signal, unending.signal]),
  });
  // What cannot take another run has nothing to do with those at work.
  await taking.catch(() => undefined);
  await places.ended();
  if (failed.signal.aborted) throw failed.signal.reason;
  await taking;
  return report;
}

/** Begins one run after another while there are places. Those it has begun may be at work when it ends. */
async function takeRuns(
  deps: LeaseDeps,
  places: Places,
  report: DrainReport,
  { taking: signal, working }: { taking: AbortSignal; working: AbortSignal },
): Promise<void> {
  const { clock, log, memory } = deps;
  let waitUntil: number | undefined;
  let isLost = false;
  const count = (ending: LeaseEnd) => {
    // What kept it from renewing would keep it from holding the next one as well.
    if (ending === 'lost-at-work') isLost = true;
    report[ending === 'lost-at-work' ? 'lost' : ending] += 1;
    if (ending !== 'lost' && ending !== 'lost-at-work') report.settled += 1;
    waitUntil = clock.now() + deps.idleMs;
  };
  /** Ends early when a run has ended, or the signal aborts, which ends the loop. */
  const wait = (ms: number) => places.waitForFree(ms, clock, signal);

  while (!signal.aborted && !isLost) {
    const place = places.findFree();
    if (place === undefined) {
      // For a run to end, however long that takes.
      await wait(HOUR);
      continue;
    }
    const leasedAt = clock.now();
    const isFirst = waitUntil === undefined && places.atWork() === 0;
    if (!isFirst && deps.lastBeginAt !== undefined && leasedAt > deps.lastBeginAt) {
      log.info('too late for another run', { lastBeginAt: toIso(deps.lastBeginAt) });
      break;
    }
    if (places.atWork() > 0 && memory && !(await memory.hasRoom())) {
      await wait(LOOK_FOR_ROOM_EVERY_MS);
      continue;
    }
    const begun = await takeLease(leasedAt, places, deps);
    if (begun === 'storage-away') await wait(LOOK_FOR_ROOM_EVERY_MS);
    else if (begun === 'none') {
      if (places.atWork() === 0 && (waitUntil === undefined || leasedAt >= waitUntil)) break;
      await wait(planLookMs(places.count, places.atWork()));
    } else if (begun.kind === 'ended') count(begun.ending);
    else places.take(place, work(begun, leasedAt, place, deps, working).then(count));
  }
}

/** Leases a message and begins its run. A storage that is away is an error only while no run is at work. */
async function takeLease(
  leasedAt: number,
  places: Places,
  deps: LeaseDeps,
): Promise<BegunLease | 'none' | 'storage-away'> {
  try {
    const message = await deps.queue.lease({ visibilityTimeoutSeconds: deps.times.visibilitySeconds });
    return message ? await beginLease(message, leasedAt, deps) : 'none';
  } catch (error) {
    if (places.atWork() === 0 || !(error instanceof TaskError) || error.code !== 'storage-unavailable') throw error;
    deps.log.warn('no run begun while storage does not answer', { error });
    return 'storage-away';
  }
}

type BegunLease = { kind: 'ended'; ending: Counted } | ({ kind: 'begun' } & HeldRun);

/** Begins the run of a message, or ends the message of one that is not to be begun. */
async function beginLease(message: AnyMessageLease, leasedAt: number, outer: LeaseDeps): Promise<BegunLease> {
  if (message.kind === 'unreadable') return ended(await endUnreadable(message, outer));
  const { task } = message;
  const log = logOf(message, outer);
  const deps = { ...outer, log };

  const beginning = await begin(message, leasedAt, deps);
  if (beginning === 'lost' || beginning === 'failed') return ended(beginning);
  switch (beginning.kind) {
    case 'ignored':
      log.info('message ignored', { reason: beginning.reason });
      await settle(message, { word: 'complete' }, deps);
      return ended('ignored');
    case 'parked':
      log.info('run parked', { reason: 'scope-busy', scope: task.scope });
      await settle(message, { word: 'complete' }, deps);
      return ended('scopeBusy');
    case 'exhausted': {
      log.error('run given up', { attempt: beginning.record.attempt });
      const state = await settleRun({ message, ...beginning }, { kind: 'exhausted' }, deps);
      return ended(state ? 'failed' : 'lost');
    }
    case 'begun':
      await deps.queue.begun(message).catch((error: unknown) => {
        // Two messages are there for a while: the scaler starts a runner too many, which finds that its own is ignored.
        log.warn('message not given up', { error });
      });
      return { message, ...beginning };
  }
}

function ended(ending: Counted): BegunLease {
  return { kind: 'ended', ending };
}

function logOf({ runId, task, messageId, attempt: delivery }: MessageLease, { log }: LeaseDeps): Log {
  return log.child({ runId, taskId: task.id, kind: task.kind, messageId, delivery });
}

/**
 * While an upgrade or a roll back is under way, the next runner may be of the release that wrote the message: it is
 * left to show itself again, until it has come too often.
 */
async function endUnreadable(message: UnreadableMessageLease, deps: LeaseDeps): Promise<'unreadable' | 'lost'> {
  const { messageId, attempt: delivery, reason } = message;
  if (message.isLater && delivery < deps.maxAttempts) {
    deps.log.warn('message of a later release left', { messageId, delivery, reason });
    return 'lost';
  }
  deps.log.error('message unreadable', { messageId, delivery, reason });
  await settle(message, { word: 'poison', reason: `message-unreadable: ${reason}` }, deps);
  return 'unreadable';
}

type LeaseDeps = DrainDeps & { queue: SharedQueue; times: LeaseTimes };

/**
 * When this one run cannot be begun: `lost` when its message comes back, `failed` when it did so too often. The next
 * message may be fine.
 */
async function begin(message: MessageLease, leasedAt: number, deps: LeaseDeps): Promise<Beginning | 'lost' | 'failed'> {
  try {
    return await beginRun(message, leasedAt, { ...deps, willGiveUp: deps.queue.willGiveUp });
  } catch (error) {
    const code = error instanceof TaskError ? error.code : 'unexpected';
    if (code === 'storage-unavailable') await settleUnbegun(message, deps);
    if (code.startsWith('storage-')) throw error;
    deps.log.error('run not begun', { error });
    if (message.attempt <= deps.maxAttempts) return 'lost';
    return (await failUnbegun(message, code, deps)) ? 'failed' : 'lost';
  }
}

async function work(
  begun: HeldRun,
  leasedAt: number,
  place: number,
  outer: LeaseDeps,
  signal: AbortSignal,
): Promise<LeaseEnd> {
  const { message, record } = begun;
  const { clock } = outer;
  const log = logOf(message, outer).child({ attempt: record.attempt });
  const deps = { ...outer, log };
  log.info('run begun', { scope: record.task.scope, credentialRef: record.task.credentialRef });

  const startedAt = clock.now();
  const hold = holdLease(message, begun.lock, leasedAt, deps);
  const grace = abortAfterGrace(signal, deps.graceMs / 2, clock);
  const memory = deps.memory?.enter(place);
  const context = createRunContext(record, deps);
  const aborts = [hold.lost, grace.aborted, ...(memory ? [memory.exceeded] : [])];
  const perform: Perform = (its, aborted) => deps.perform(its, aborted, place);
  const outcome = await performUntilAborted(context, AbortSignal.any(aborts), { ...deps, perform });
  memory?.leave();
  grace.stop();
  await context.flush();
  const held = { message, record, lock: await hold.stop(), facts: context.listFacts() };

  if (hold.lost.aborted) {
    // The run is not ours to write about; the scope is ours to free, if it still is.
    await releaseScope(held.lock, deps).catch((error: unknown) => log.warn('scope not released', { error }));
    await forget(message, deps);
    if (!outcome) throw new UnendingWork('claim-lost');
    return 'lost-at-work';
  }
  const ending = endingOf(outcome, { interrupted: grace.aborted, exceeded: memory?.exceeded });
  let state: RunState | undefined;
  try {
    state = await settleRun(held, ending, deps);
  } finally {
    // Its message was not ended and comes back by itself; the others are not to be without one for that.
    if (!state) await forget(message, deps);
  }
  log.info('run settled', { outcome: ending.kind, state, durationMs: clock.now() - startedAt, ...pickCode(ending) });
  if (!outcome && !grace.aborted.aborted) throw new UnendingWork('memory-short');
  if (!state) return 'lost';
  return countAs(state, ending.kind);
}

async function forget(message: MessageLease, { queue, log }: Pick<LeaseDeps, 'queue' | 'log'>): Promise<void> {
  await queue.forget(message).catch((error: unknown) => log.warn('message not handed over', { error }));
}

/** What an abort was for is known here: work that it ended may call it anything. What was done all the same counts. */
function endingOf(
  outcome: Outcome | undefined,
  { interrupted, exceeded }: { interrupted: AbortSignal; exceeded: AbortSignal | undefined },
): Ending {
  if (outcome?.kind === 'done' || outcome?.kind === 'superseded') return outcome;
  if (interrupted.aborted) return { kind: 'interrupted' };
  if (exceeded?.aborted) {
    const { detail } = exceeded.reason as TaskError; // `MemoryWatch` gives no other.
    return { kind: 'retry', code: 'memory-short', ...(detail === undefined ? {} : { detail }) };
  }
  return outcome ?? { kind: 'interrupted' };
}

function pickCode(ending: object): { code?: unknown } {
  return 'code' in ending ? { code: ending.code } : {};
}
