import type { RunResult } from '../../../shared/domain/runs/outcome.ts';
import type { UpdateTask } from '../../../shared/domain/runs/task.ts';
import type { WaitingNote } from '../limits/waiting-note.ts';
import type { MergeRequestRun } from '../run/merge-request-run.ts';

/** An update of a merge request, carried through `update/`. */
export type UpdateRun = MergeRequestRun<UpdateTask> & { waiting: WaitingNote };

/** Which merge request a result is about. */
export function pickPlace({
  mergeRequest,
}: Pick<UpdateRun, 'mergeRequest'>): Pick<RunResult, 'branch' | 'mergeRequestIid' | 'mergeRequestUrl'> {
  const { iid: mergeRequestIid, webUrl: mergeRequestUrl, sourceBranch: branch } = mergeRequest;
  return { branch, mergeRequestIid, mergeRequestUrl };
}
