import { isFinal, type Run } from '../../../shared/domain/runs/run.ts';

type Twin = Pick<Run, 'runId' | 'task' | 'state' | 'createdAt' | 'updatedAt'>;

/**
 * Whether another run has the same request: after a reload of the map a ticket that still stands in its trigger gets a
 * second run while the first one may be waiting. Of those that wait the oldest does the work; one that did it while
 * this one waited has done it for both. What failed, or was done before this run was made, is over and was asked for
 * again.
 */
export function isAnsweredElsewhere(run: Twin, others: readonly Twin[]): boolean {
  return others
    .filter(({ task, runId }) => task.id === run.task.id && runId !== run.runId)
    .some((other) =>
      isFinal(other.state) ? other.state === 'done' && other.updatedAt > run.createdAt : isOlder(other, run),
    );
}

function isOlder(one: Twin, other: Twin): boolean {
  return one.createdAt === other.createdAt ? one.runId < other.runId : one.createdAt < other.createdAt;
}
