import type { Task } from '../../../shared/domain/runs/task.ts';
import type { RunContext } from './run-context.ts';
import type { RunnerDeps } from './runner-deps.ts';

/** One run at work, carried through `perform/`: its task, how it records itself, and the tools of this runner. */
export interface ActiveRun<Kind extends Task = Task> {
  task: Kind;
  context: RunContext;
  /** `runAgent` is metered where the binding has a budget. */
  deps: RunnerDeps;
}
