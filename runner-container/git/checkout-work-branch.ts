import { assertBranchName } from './branch-name.ts';
import { fetchCommit, findMergeBase } from './fetch-commits.ts';
import { followRename } from './follow-rename.ts';
import type { Git, Remote, Repository } from './git.ts';
import { listRemoteRefs } from './list-remote-refs.ts';
import { resetWorkTree } from './reset-work-tree.ts';
import { resolveObject } from './resolve-commits.ts';
import { pointHeadAt } from './write-ref.ts';

export interface WorkBranch {
  branch: string;
  /** Whether GitLab had the branch already. */
  reused: boolean;
  /** What is checked out: the branch as GitLab has it, or the target branch. */
  headSha: string;
  /** Where the branch left the target branch. */
  baseSha: string;
  targetSha: string;
}

/** Where the last known state of the work branch on the remote is kept; absent when the remote had none. */
export const REMOTE_BRANCH_REF = 'refs/cmap/remote';

/** The work branch as the remote has it; `undefined` when it has none. */
export async function findRemoteBranch(
  git: Git,
  remote: Remote,
  branch: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  assertBranchName(branch);
  const ref = `refs/heads/${branch}`;
  return (await listRemoteRefs(git, remote, [ref], signal)).get(ref);
}

export interface WorkBranchOptions {
  branch: string;
  /** What `findRemoteBranch` said, where it was asked while the clone was under way. */
  found?: { sha: string | undefined } | undefined;
}

/**
 * Puts the clone on the work branch: as GitLab has it, with enough history to know where it left the target branch, or
 * new from the target branch that was cloned. The work tree must be untouched since the clone.
 */
export async function checkoutWorkBranch(
  repository: Repository,
  { branch, found }: WorkBranchOptions,
  signal: AbortSignal,
): Promise<WorkBranch> {
  assertBranchName(branch);
  const targetSha = await resolveObject(repository, 'HEAD^{commit}', signal);
  const ref = `refs/heads/${branch}`;
  const find = () => findRemoteBranch(repository.git, repository.remote, branch, signal);
  const { sha: remoteSha } = found ?? { sha: await followRename(repository, find, signal) };

  if (!remoteSha) {
    await pointHeadAt(repository, targetSha);
    return { branch, reused: false, headSha: targetSha, baseSha: targetSha, targetSha };
  }
  const headSha = await fetchCommit(repository, ref, { into: REMOTE_BRANCH_REF }, signal);
  const baseSha = (await findMergeBase(repository, targetSha, headSha, signal)) ?? targetSha;
  await pointHeadAt(repository, headSha);
  await resetWorkTree(repository, {}, signal);
  return { branch, reused: true, headSha, baseSha, targetSha };
}
