import { checkoutWorkBranch } from '../../git/checkout-work-branch.ts';
import { findMergeBase } from '../../git/fetch-commits.ts';
import type { Repository } from '../../git/git.ts';
import { type Commit, findCommit } from '../../git/list-commits.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { checkoutHead, cloneTarget } from '../checkout/checkout-merge-request.ts';
import type { MergeRequestRun } from '../run/merge-request-run.ts';

/** A merge request checked out to be talked about or worked on. */
export interface ReplyTree {
  repository: Repository;
  targetSha: string;
  /** Where the branch left the target branch. */
  baseSha: string;
  headSha: string;
  /** What an earlier attempt of this run has pushed already, by the run's own record. */
  ownCommit?: Commit;
}

/**
 * Checks out the source branch to work on it, or, when nothing may be pushed, the head of the merge request to look at
 * it. `undefined` when the source branch was deleted a moment ago.
 */
export async function openReplyTree(
  run: MergeRequestRun,
  { mayChange }: { mayChange: boolean },
  workspace: Workspace,
  signal: AbortSignal,
): Promise<ReplyTree | undefined> {
  const { repository, targetSha } = await cloneTarget(run, { workspace, isForEditing: mayChange }, signal);
  const { headSha, sourceBranch } = run.mergeRequest;
  if (!mayChange) {
    await checkoutHead(repository, run.mergeRequest, signal);
    const baseSha = (await findMergeBase(repository, targetSha, headSha, signal)) ?? targetSha;
    return { repository, targetSha, baseSha, headSha };
  }
  const work = await checkoutWorkBranch(repository, { branch: sourceBranch }, signal);
  if (!work.reused) return undefined;
  const { baseSha } = work;
  const shas = await run.context.listPushed();
  const ownCommit = await findCommit(repository, { shas, from: baseSha }, signal);
  return { repository, targetSha, baseSha, headSha: work.headSha, ...(ownCommit && { ownCommit }) };
}
