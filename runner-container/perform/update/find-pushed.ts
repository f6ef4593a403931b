import type { UpdateTask } from '../../../shared/domain/runs/task.ts';
import { checkoutWorkBranch } from '../../git/checkout-work-branch.ts';
import { findCommit } from '../../git/list-commits.ts';
import { cloneTarget } from '../checkout/checkout-merge-request.ts';
import type { MergeRequestRun } from '../run/merge-request-run.ts';
import { withRunWorkspace } from '../run/with-run-workspace.ts';

/**
 * The commit an earlier attempt of this run has pushed and may not have reported, also where people pushed on top of
 * it; `undefined` where there is none on the source branch. Clones only where the merge request does not say it.
 * @throws {TaskError} what `cloneTarget` does
 */
export async function findPushed(run: MergeRequestRun<UpdateTask>, signal: AbortSignal): Promise<string | undefined> {
  const { context, deps, mergeRequest } = run;
  const shas = await context.listPushed();
  if (shas.size === 0) return undefined;
  if (shas.has(mergeRequest.headSha)) return mergeRequest.headSha;
  return withRunWorkspace(deps, async (workspace) => {
    const { repository } = await cloneTarget(run, { workspace }, signal);
    const { reused, baseSha } = await checkoutWorkBranch(repository, { branch: mergeRequest.sourceBranch }, signal);
    const commit = reused ? await findCommit(repository, { shas, from: baseSha }, signal) : undefined;
    return commit?.sha;
  });
}
