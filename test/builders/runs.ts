import type { Run } from '../../shared/domain/runs/run.ts';
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
