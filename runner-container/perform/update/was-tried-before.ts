import type { Run } from '../../../shared/domain/runs/run.ts';
import type { UpdateTask } from '../../../shared/domain/runs/task.ts';
import type { ActiveRun } from '../run/active-run.ts';

/**
 * Whether the agent has left a conflict of this head to people, or failed at it: each commit on the target branch would
 * cost another session otherwise. A commit on the source branch, or a person who asks, begins anew.
 */
export async function wasTriedBefore({
  task,
  context,
  deps,
}: ActiveRun<UpdateTask>): Promise<'tried-before' | undefined> {
  const earlier = await deps.listEarlierRuns(context.run);
  return earlier.some((run) => isLeft(run, task)) ? 'tried-before' : undefined;
}

function isLeft({ task, state, result }: Pick<Run, 'task' | 'state' | 'result'>, { headSha }: UpdateTask): boolean {
  const isOfHead = task.kind === 'update' && task.cause.kind === 'target' && task.headSha === headSha;
  return isOfHead && (state === 'failed' || result?.what === 'merge-conflict');
}
