import type { Run } from '../../domain/runs/run.ts';
import { type Admission, type AdmitDeps, admitTask } from './admit-task.ts';
import { requeuePoison } from './requeue-poison.ts';

/**
 * Gives the task of a run that has ended a new run. Its poisoned message, where there is one, goes with it. Doing it twice makes one
 * run: the new id is built from the old one's. @throws {TaskError} as `admitTask` does
 */
export async function retryRun(run: Pick<Run, 'runId' | 'task'>, deps: AdmitDeps): Promise<Admission> {
  const poisoned = (await deps.queue.listPoison()).find(({ runId }) => runId === run.runId);
  const requeued = poisoned && (await requeuePoison(poisoned.messageId, deps));
  return requeued ?? admitTask(run.task, deps, { again: run.runId });
}
