import { TaskError } from '../../../shared/kernel/errors.ts';
import { checkoutWorkBranch, findRemoteBranch, type WorkBranch } from '../../git/checkout-work-branch.ts';
import { cloneRepository } from '../../git/clone-repository.ts';
import type { Git, Remote, Repository } from '../../git/git.ts';
import { type Commit, findCommit } from '../../git/list-commits.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { openGit } from '../checkout/open-git.ts';
import type { CodingRun } from './coding-run.ts';

export interface OpenBranch {
  repository: Repository;
  work: WorkBranch;
  /** What an earlier attempt of this run has pushed already, by the run's own record. */
  ownCommit: Commit | undefined;
}

/**
 * Clones the target branch and stands on the branch, as people and earlier runs left it.
 * @throws {TaskError} of git, and what `openGit` throws.
 */
export async function openWorkBranch(
  { binding, project, branch, context, deps }: CodingRun,
  { workspace, isForEditing }: { workspace: Workspace; isForEditing: boolean },
  signal: AbortSignal,
): Promise<OpenBranch> {
  const git = await openGit(binding, workspace, deps, signal);
  const credential = await deps.credentialFor(binding.credentialRef);
  const remote = { cloneUrl: project.cloneUrl, credential };
  const clone = {
    remote,
    gitDir: workspace.gitDir,
    workTree: workspace.tree,
    branch: binding.targetBranch,
    isForEditing,
  };
  const found = lookForBranch(git, remote, branch, signal);
  const cloned = await cloneRepository(git, clone, signal).finally(() => found);
  const repository: Repository = binding.mode === 'live' ? cloned : { ...cloned, isLocalOnly: true };
  const work = await checkoutWorkBranch(repository, { branch, found: await found }, signal);
  const shas = await context.listPushed();
  const ownCommit = work.reused ? await findCommit(repository, { shas, from: work.baseSha }, signal) : undefined;
  return { repository, work, ownCommit };
}

/**
 * While the clone is under way, which is the longer of the two. `undefined` when there was no answer: it is asked for
 * again.
 */
async function lookForBranch(git: Git, remote: Remote, branch: string, signal: AbortSignal) {
  try {
    return { sha: await findRemoteBranch(git, remote, branch, signal) };
  } catch (error) {
    if (error instanceof TaskError || signal.aborted) return undefined;
    throw error;
  }
}
