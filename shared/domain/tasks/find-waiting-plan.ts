import type { Run } from '../runs/run.ts';

type EndedRun = Pick<Run, 'task' | 'state'> & Partial<Pick<Run, 'result'>>;

/** What a run that made a plan and ended with it leaves as its result. */
export const PLAN_RESULT = 'plan';

/**
 * The run whose plan waits for a person: the newest one that is done, where it ended with a plan. What was done
 * afterwards has carried it out or taken its place; a run that failed or had nothing to do has not.
 */
export function findWaitingPlan<One extends EndedRun>(newestFirst: readonly One[]): One | undefined {
  const newest = findNewestDone(newestFirst);
  return newest?.result?.what === PLAN_RESULT ? newest : undefined;
}

/** The newest coding run that is done. */
export function findNewestDone<One extends EndedRun>(newestFirst: readonly One[]): One | undefined {
  return newestFirst.find(({ task, state }) => task.kind === 'coding' && state === 'done');
}
