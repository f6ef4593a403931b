import type { WorkBranch } from './checkout-work-branch.ts';
import { type CommitAuthor, createCommit } from './commit-changes.ts';
import type { Repository } from './git.ts';
import { resetWorkTree } from './reset-work-tree.ts';

/**
 * Lets a branch whose work was merged begin anew from the target branch, so that the next change is made on what is
 * there now and the next merge request shows nothing else. Without force: where the merge left the branch's own commits
 * out of the target's history (a squash), a merge commit with the target's content joins the two.
 */
export async function restartWorkBranch(
  repository: Repository,
  work: WorkBranch,
  { targetBranch, author }: { targetBranch: string; author: CommitAuthor },
  signal: AbortSignal,
): Promise<WorkBranch> {
  const { branch, headSha, baseSha, targetSha } = work;
  const isContained = baseSha === headSha;
  const startSha = isContained
    ? targetSha
    : await createCommit(
        repository,
        {
          tree: `${targetSha}^{tree}`,
          parents: [headSha, targetSha],
          message: `Merge branch '${targetBranch}' into '${branch}'\n`,
          author,
        },
        signal,
      );
  await resetWorkTree(repository, { sha: startSha }, signal);
  return { ...work, reused: false, headSha: startSha, baseSha: startSha };
}
