import { type Admission, type AdmitDeps, admitTask } from './admit-task.ts';

/**
 * Gives a poisoned task a new run and takes it off the poison queue; `undefined` when there is no such message or it
 * holds no task. The message id is part of the new run's key, so that doing it twice, or a crash half way, makes one
 * run.
 */
export async function requeuePoison(messageId: string, deps: AdmitDeps): Promise<Admission | undefined> {
  const poisoned = await deps.queue.findPoison(messageId);
  if (!poisoned?.task) return undefined;
  const admission = await admitTask(poisoned.task, deps, { again: messageId });
  await deps.queue.dropPoison(messageId);
  return admission;
}
