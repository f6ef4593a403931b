import { TaskError } from '../../../shared/kernel/errors.ts';
import { checkoutCommit } from '../../git/checkout-commit.ts';
import { cloneRepository } from '../../git/clone-repository.ts';
import { fetchCommit } from '../../git/fetch-commits.ts';
import type { Repository } from '../../git/git.ts';
import { resolveObject } from '../../git/resolve-commits.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { MergeRequestRun } from '../run/merge-request-run.ts';
import { openGit } from './open-git.ts';

export interface TargetClone {
  repository: Repository;
  /** The target branch as it is now: where the repository's instructions come from. */
  targetSha: string;
}

/**
 * Clones the branch the merge request goes to. A review commits nothing and needs no key.
 * @throws {TaskError} of git, and what `openGit` throws.
 */
export async function cloneTarget(
  { task, binding, project, mergeRequest, deps }: MergeRequestRun,
  { workspace, isForEditing = false }: { workspace: Workspace; isForEditing?: boolean },
  signal: AbortSignal,
): Promise<TargetClone> {
  const isReview = task.kind === 'review';
  const git = isReview
    ? { ...deps.git, homeDirectory: workspace.home }
    : await openGit(binding, workspace, deps, signal);
  const credential = await deps.credentialFor(binding.credentialRef);
  const clone = {
    remote: { cloneUrl: project.cloneUrl, credential },
    gitDir: workspace.gitDir,
    workTree: workspace.tree,
    branch: mergeRequest.targetBranch,
    isForEditing,
  };
  const repository = await cloneRepository(git, clone, signal);
  const targetSha = await resolveObject(repository, 'HEAD^{commit}', signal);
  return { repository, targetSha };
}

/**
 * Checks out the head of a merge request, to look at. It is read from the target project, which has it also when the
 * source is a fork the credential cannot see, or a branch that was deleted.
 * @throws {TaskError} `gitlab-unavailable` while GitLab's git does not have the head its API names, `commits-not-sent`
 * when it has the head and does not send it.
 */
export async function checkoutHead(
  repository: Repository,
  { iid, headSha }: { iid: number; headSha: string },
  signal: AbortSignal,
): Promise<void> {
  const fetched = await fetchCommit(repository, `refs/merge-requests/${iid}/head`, {}, signal).catch(orNotYet);
  // The ref is made, and follows a push, a moment later than the API says so.
  if (fetched !== headSha) await fetchHead(repository, headSha, signal);
  await checkoutCommit(repository, headSha, signal);
}

function orNotYet(error: unknown): undefined {
  if (!(error instanceof TaskError) || error.code !== 'branch-gone') throw error;
}

async function fetchHead(repository: Repository, headSha: string, signal: AbortSignal): Promise<void> {
  try {
    await fetchCommit(repository, headSha, {}, signal);
  } catch (cause) {
    if (!(cause instanceof TaskError) || cause.code !== 'commits-not-sent') throw cause;
    throw new TaskError('gitlab-unavailable', { detail: 'The head of the merge request is not there yet.', cause });
  }
}
