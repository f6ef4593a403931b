import type { Run } from '../../../../shared/domain/runs/run.ts';
import type { Board } from './board.ts';
import type { Names } from './describe-subject.ts';

/** What it takes to name these runs; projects are looked up only where one of them is about a merge request. */
export async function readNames(runs: readonly Pick<Run, 'task'>[], board: Board): Promise<Names> {
  const isNeeded = runs.some(({ task }) => 'mergeRequestIid' in task);
  return { addresses: board.addresses, projects: isNeeded ? await board.projects() : new Map() };
}
