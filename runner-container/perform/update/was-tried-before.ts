import type { Run } from '../../../shared/domain/runs/run.ts';
import type { UpdateTask } from '../../../shared/domain/runs/task.ts';
import type { ActiveRun } from '../run/active-run.ts';

/** What a run ends with that begins no other session for its head. */
const TRIED_BEFORE = 'tried-before';

/**
 * Whether the agent has left a conflict of this head to people, or failed at it: each commit on the target branch would
 * cost another session otherwise. A commit on the source branch begins anew, and so does a person who asks, or who
 * sends a failed run again.
 */
export async function wasTriedBefore({
  task,
  context,
  deps,
}: ActiveRun<UpdateTask>): Promise<typeof TRIED_BEFORE | undefined> {
  const earlier = await deps.listEarlierRuns(context.run);
  // Only a person has a task worked on twice.
  if (earlier.some((run) => run.task.id === task.id)) return undefined;
  return earlier.some((run) => isOfHead(run, task) && wasTried(run)) ? TRIED_BEFORE : undefined;
}

function isOfHead({ task }: Pick<Run, 'task'>, { headSha }: UpdateTask): boolean {
  return task.kind === 'update' && task.cause.kind === 'target' && task.headSha === headSha;
}

/** What failed before a session, as for want of a model, has tried nothing. A run that gave way remembers it for us. */
function wasTried({ state, detail, result, facts }: Pick<Run, 'state' | 'detail' | 'result' | 'facts'>): boolean {
  if (state === 'superseded') return detail === TRIED_BEFORE;
  return result?.what === 'merge-conflict' || (state === 'failed' && facts?.usage !== undefined);
}
