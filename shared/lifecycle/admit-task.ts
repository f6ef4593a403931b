import type { Clock } from '../clock.ts';
import { TaskError } from '../errors.ts';
import type { RunRecord } from '../state/run-ledger.ts';
import { buildDedupKey, buildRunId } from '../tasks/run-id.ts';
import type { Task } from '../tasks/task.ts';
import type { Log } from '../telemetry/log.ts';
import { type Patience, planPatience } from './patience.ts';
import { resendRun, type SendDeps } from './send-run.ts';

export interface AdmitDeps extends SendDeps {
  clock: Clock;
  log: Log;
  patience?: Patience;
}

export interface Admission {
  kind: 'admitted' | 'duplicate';
  runId: string;
}

/** More accidental equals than this do not happen. */
const MAX_SALT = 4;

/**
 * Turns a task into exactly one run with a message, however often and from wherever the same event is seen.
 *
 * Three requests: the run is inserted `planned` together with its index rows (the insert is the deduplication: an
 * existing key means seen), the message is sent, the run becomes `queued`. What a crash leaves behind:
 * - before the insert: nothing; the next delivery of the event admits it.
 * - before the message: a `planned` run; the next delivery or the sweeper sends it after a minute.
 * - before `queued`: a `planned` run with a message; a runner takes it as it is, or a second message is sent and ignored.
 *
 * A duplicate costs two requests. `generation` makes the same task id new again.
 * @throws {TaskError} `storage-unavailable`, `storage-refused`, `task-too-large`; the event is not admitted unless
 * a later call says `duplicate`.
 */
export async function admitTask(
  task: Task,
  deps: AdmitDeps,
  { generation }: { generation?: string | number } = {},
): Promise<Admission> {
  const dedupKey = buildDedupKey(task.id, generation);
  for (let salt = 0; salt < MAX_SALT; salt += 1) {
    const runId = buildRunId(dedupKey, salt);
    const created = await deps.ledger.create({ runId, dedupKey, task });
    if (created) {
      await sendCreated(created, deps);
      return { kind: 'admitted', runId };
    }
    const existing = await deps.ledger.find(runId);
    // Another task with the same short id; both keep theirs.
    if (existing && existing.dedupKey !== dedupKey) continue;
    if (existing) await repair(existing, deps);
    return { kind: 'duplicate', runId };
  }
  throw new TaskError('unexpected', { detail: 'no free run id' });
}

async function sendCreated(record: RunRecord, { ledger, queue, log }: AdmitDeps): Promise<void> {
  await queue.enqueue(record.task, { runId: record.runId });
  try {
    await ledger.update(record, { state: 'queued' });
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    // The message is durable and a runner accepts a planned run, so the event is safe; failing now would only repeat it.
    log.warn('run not marked as queued', { runId: record.runId, error });
  }
}

async function repair(record: RunRecord, deps: AdmitDeps): Promise<void> {
  const { plannedMs } = deps.patience ?? planPatience();
  if (record.state !== 'planned' || deps.clock.now() - record.updatedAt < plannedMs) return;
  const sent = await resendRun(record, 'planned-too-long', deps);
  if (sent) deps.log.warn('planned run sent again', { runId: record.runId });
}
