import type { PoisonedMessage } from '../../domain/ports/task-queue.ts';
import { isFinal } from '../../domain/runs/run.ts';
import { type Admission, type AdmitDeps, admitTask } from './admit-task.ts';
import { guardReading } from './guard-reading.ts';
import { resendRun } from './send-run.ts';

/**
 * Gives a poisoned task a new run and takes it off the poison queue; `undefined` when there is no such message or it
 * holds no task. The message id is part of the new run's key, so that doing it twice, or a crash half way, makes one
 * run. Where a release could not read the message and this one can, its own run goes on if it is not over.
 */
export async function requeuePoison(messageId: string, deps: AdmitDeps): Promise<Admission | undefined> {
  const poisoned = await deps.queue.findPoison(messageId);
  if (!poisoned?.task) return undefined;
  const admission = (await goOn(poisoned, deps)) ?? (await admitTask(poisoned.task, deps, { again: messageId }));
  await deps.queue.dropPoison(messageId);
  return admission;
}

/** One that was sent gets another message; one that waits or is at work needs none. */
async function goOn({ body, runId }: PoisonedMessage, deps: AdmitDeps): Promise<Admission | undefined> {
  if (body === undefined || runId === undefined) return undefined;
  const run = await guardReading(runId, deps.log, () => deps.ledger.find(runId));
  if (!run || run === 'unreadable' || isFinal(run.state)) return undefined;
  if (run.state === 'queued') await resendRun(run, 'requeued', deps);
  return { kind: 'duplicate', runId: run.runId };
}
