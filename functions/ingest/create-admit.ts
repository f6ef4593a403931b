import type { Task } from '../../shared/domain/runs/task.ts';
import { type Admission, type AdmitDeps, type AdmitOptions, admitTask } from '../../shared/services/runs/admit-task.ts';

/** Turns a task into a run. With a generation the same task is new again after a reload of the map. */
export type Admit = (task: Task, options?: AdmitOptions) => Promise<Admission>;

/** `admitTask` for what is seen by one way in; each admission is one line in the log, a duplicate is none. */
export function createAdmit(seenBy: 'webhook' | 'poll' | 'request' | 'timer', deps: AdmitDeps): Admit {
  return async (task, options) => {
    const admission = await admitTask(task, deps, options);
    const { kind, runId } = admission;
    if (kind === 'admitted') deps.log.info('task admitted', { runId, taskId: task.id, kind: task.kind, seenBy });
    return admission;
  };
}
