import type { RunRecord } from '../../domain/ports/run-ledger.ts';
import { planRepairTimeouts, type RepairTimeouts } from '../../domain/runs/repair-timeouts.ts';
import type { Run } from '../../domain/runs/run.ts';
import { buildDedupKey, buildRunId } from '../../domain/runs/run-id.ts';
import type { Task } from '../../domain/runs/task.ts';
import type { Clock } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { mayStartAnew } from './find-admitted-run.ts';
import { findEarlierRun } from './find-earlier-run.ts';
import { guardReading } from './guard-reading.ts';
import { resendRun, type SendDeps } from './send-run.ts';

export interface AdmitDeps extends SendDeps {
  clock: Clock;
  log: Log;
  repairTimeouts?: RepairTimeouts;
}

export interface Admission {
  kind: 'admitted' | 'duplicate';
  runId: string;
}

export interface AdmitOptions {
  /** Makes the same task id new: the message id of a poisoned task that is requeued. */
  again?: string;
  /** When the project map was replaced last: a task whose run ended before that gets one more. */
  reloadedAt?: number | undefined;
  /** 0.1.0 worked on this storage: a run it gave the task is looked for, which costs two requests. */
  hasEarlierRuns?: boolean | undefined;
  /**
   * Asked when the task's run ended `superseded`: whether what ended it is over. Then the task gets one more run. A
   * caller that says yes must have seen a change since that run was made, or a task that is planned and ended by
   * different rules would start again and again.
   */
  isOver?: (ended: Run) => boolean | Promise<boolean>;
}

/** More accidental equals than this do not happen. */
const MAX_SALT = 4;

/** What starts anew more often than this without having changed is for people. */
const MAX_RENEWALS = 20;

/**
 * Turns a task into exactly one run with a message, however often and from wherever the same event is seen.
 *
 * Three requests: the run is inserted `planned` together with its index rows (the insert is the deduplication: an
 * existing key means seen), the message is sent, the run becomes `queued`. What a crash leaves behind:
 * - before the insert: nothing; the next delivery of the event admits it.
 * - before the message: a `planned` run; the next delivery or the sweeper sends it after a minute.
 * - before `queued`: a `planned` run with a message; a runner takes it as it is, or a second message is sent and
 * ignored.
 *
 * A duplicate costs two requests. A run that ended is followed by another one where it was superseded for a reason that
 * is over, or where the project map was replaced since and it opened no merge request: its id is built from the ended
 * run's, so that any number of events and polls, in processes that have followed a reload and in others, make one. A
 * run that is open is never followed.
 * @throws {TaskError} `storage-unavailable`, `storage-refused`, `task-too-large`; the event is not admitted unless
 * a later call says `duplicate`.
 */
export async function admitTask(
  task: Task,
  deps: AdmitDeps,
  { again, reloadedAt = Number.NEGATIVE_INFINITY, hasEarlierRuns = false, isOver }: AdmitOptions = {},
): Promise<Admission> {
  const mayFollow = async (ended: Run): Promise<boolean> =>
    mayStartAnew(ended, reloadedAt) || (ended.state === 'superseded' && ((await isOver?.(ended)) ?? false));
  const looksBack = hasEarlierRuns && again === undefined;
  let admission = (looksBack && (await findEarlierAdmission(task, deps))) || (await admitOnce(task, again, deps));
  for (let renewals = 0; renewals < MAX_RENEWALS; renewals += 1) {
    const { existing } = admission;
    if (!existing || !(await mayFollow(existing))) break;
    admission = await admitOnce(task, existing.runId, deps);
  }
  return { kind: admission.kind, runId: admission.runId };
}

type FollowedAdmission = Admission & { existing?: RunRecord };

async function findEarlierAdmission(task: Task, deps: AdmitDeps): Promise<FollowedAdmission | undefined> {
  const existing = await guardReading(buildRunId(task.id), deps.log, () => findEarlierRun(task, deps.ledger));
  // A run of this version that cannot be read is found again where it would be made.
  if (!existing || existing === 'unreadable') return undefined;
  await repair(existing, deps);
  return { kind: 'duplicate', runId: existing.runId, existing };
}

async function admitOnce(task: Task, again: string | undefined, deps: AdmitDeps): Promise<FollowedAdmission> {
  const dedupKey = buildDedupKey(task.id, again);
  for (let salt = 0; salt < MAX_SALT; salt += 1) {
    const runId = buildRunId(dedupKey, salt);
    const created = await deps.ledger.create({ runId, dedupKey, task });
    if (created) {
      await sendCreated(created, deps);
      return { kind: 'admitted', runId };
    }
    const existing = await guardReading(runId, deps.log, () => deps.ledger.find(runId));
    // There it is, so the event was seen; what became of the run is not known, so it is neither repaired nor followed.
    if (existing === 'unreadable') return { kind: 'duplicate', runId };
    // Another task with the same short id; both keep theirs.
    if (existing && existing.dedupKey !== dedupKey) continue;
    if (existing) await repair(existing, deps);
    return { kind: 'duplicate', runId, ...(existing ? { existing } : {}) };
  }
  throw new TaskError('unexpected', { detail: 'no free run id' });
}

async function sendCreated(record: RunRecord, { ledger, queue, log }: AdmitDeps): Promise<void> {
  await queue.enqueue(record.task, { runId: record.runId });
  try {
    await ledger.update(record, { state: 'queued' });
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    // The message is durable and a runner accepts a planned run, so the event is safe; failing now would only repeat
    // it.
    log.warn('run not marked as queued', { runId: record.runId, error });
  }
}

async function repair(record: RunRecord, deps: AdmitDeps): Promise<void> {
  const { plannedMs } = deps.repairTimeouts ?? planRepairTimeouts();
  if (record.state !== 'planned' || deps.clock.now() - record.updatedAt < plannedMs) return;
  const sent = await resendRun(record, 'planned-too-long', deps);
  if (sent) deps.log.warn('planned run sent again', { runId: record.runId });
}
