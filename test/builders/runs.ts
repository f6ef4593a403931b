import type { Run } from '../../shared/domain/runs/run.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { type AdmitDeps, admitTask } from '../../shared/services/runs/admit-task.ts';
import { aCodingTask } from './tasks.ts';

/** A coding run in its first attempt. */
export function aRun(overrides: Partial<Run> = {}): Run {
  return {
    runId: 'run-1',
    task: aCodingTask(),
    state: 'running',
    attempt: 1,
    notified: false,
    createdAt: 0,
    updatedAt: 0,
    ...overrides,
  };
}

/** Admits coding work on an issue; resolves to the id of its run. */
export async function admitCoding(issueKey: string, deps: Omit<AdmitDeps, 'log'>): Promise<string> {
  const { runId } = await admitTask(aCodingTask({ issueKey }), { ...deps, log: silentLog });
  return runId;
}
