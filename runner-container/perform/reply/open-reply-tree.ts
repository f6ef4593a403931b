import { checkoutWorkBranch } from '../../git/checkout-work-branch.ts';
import { findMergeBase } from '../../git/fetch-commits.ts';
import type { Repository } from '../../git/git.ts';
import { findRunCommit, listCommits } from '../../git/list-commits.ts';
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
  /** What an earlier attempt of this run has pushed already. */
  ownCommit?: { sha: string; text: string };
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
  const { repository, targetSha } = await cloneTarget(run, workspace, signal);
  const { headSha, sourceBranch } = run.mergeRequest;
  const { runId } = run.context.run;
  if (!mayChange) {
    await checkoutHead(repository, run.mergeRequest, signal);
    const baseSha = (await findMergeBase(repository, targetSha, headSha, signal)) ?? targetSha;
    return { repository, targetSha, baseSha, headSha };
  }
  const work = await checkoutWorkBranch(repository, { branch: sourceBranch }, signal);
  if (!work.reused) return undefined;
  const { baseSha } = work;
  const sha = await findRunCommit(repository, { runId, from: baseSha }, signal);
  const commit =
    sha && (await listCommits(repository, baseSha, sha, signal)).find((candidate) => candidate.sha === sha);
  const own = commit ? { ownCommit: { sha: commit.sha, text: commit.body || commit.subject } } : {};
  return { repository, targetSha, baseSha, headSha: work.headSha, ...own };
}
