import { isDraftTitle } from '../../../shared/adapters/gitlab/events.ts';
import { GitError } from '../git/run-git.ts';
import { signatureEnvironment } from '../git/signature-environment.ts';
import { withWorktree } from '../git/with-worktree.ts';
import { ApiError } from '../http/api-error.ts';
import type { FakeState, SandboxMergeRequest, SandboxUser } from '../state/fake-state.ts';
import { findClosingReferences } from '../text/text-effects.ts';
import { addSystemNote } from './notes.ts';
import { noticeBranchChanges } from './push.ts';

/**
 * Merges for real, by the method of the project: with a merge commit, as one squashed commit, or by moving the branch.
 * @throws {ApiError} 405 for a draft or a closed one, 406 for a conflict and for a branch that has to be rebased first.
 */
export async function mergeMergeRequest(
  state: FakeState,
  mergeRequest: SandboxMergeRequest,
  actor: SandboxUser,
): Promise<void> {
  if (mergeRequest.state !== 'opened' || isDraftTitle(mergeRequest.title)) {
    throw new ApiError(405, { message: '405 Method Not Allowed' });
  }
  const now = state.clock.now();
  const { tip, ...shas } = await writeMerge(mergeRequest, actor, now);
  const { project, sourceProject, sourceBranch, targetBranch } = mergeRequest;
  Object.assign(mergeRequest, { state: 'merged', mergedBy: actor, mergedAt: now, ...shas, updatedAt: now });
  await project.repository.setBranch(targetBranch, tip);
  if (mergeRequest.removeSourceBranch && sourceProject) {
    await sourceProject.repository.setBranch(sourceBranch, undefined);
    if (sourceProject !== project) await noticeBranchChanges(state, sourceProject, actor);
  }
  await noticeBranchChanges(state, project, actor);
  if (targetBranch === project.defaultBranch) {
    for (const reference of findClosingReferences(`${mergeRequest.title}\n\n${mergeRequest.description}`))
      state.effects.push({ kind: 'closed-issue', reference, project: project.path, in: 'merge-request' });
  }
  addSystemNote(state, mergeRequest, actor, 'merged');
  state.announce({ kind: 'merge-request', action: 'merge', mergeRequest, actor });
}

interface Merged {
  /** What the target branch points to afterwards. */
  tip: string;
  mergeCommitSha?: string;
  squashCommitSha?: string;
}

async function writeMerge(mergeRequest: SandboxMergeRequest, actor: SandboxUser, now: number): Promise<Merged> {
  const { project, headSha, targetBranch, sourceBranch, iid, title, author, squash } = mergeRequest;
  const { repository, mergeMethod } = project;
  const target = repository.branches.get(targetBranch);
  if (!target) throw new ApiError(405, { message: '405 Method Not Allowed' });
  try {
    if (mergeMethod !== 'merge' && !squash) await repository.git(['merge-base', '--is-ancestor', target, headSha]);
    if (mergeMethod === 'ff' && !squash) return { tip: headSha };
    const env = signatureEnvironment(actor, now);
    return await withWorktree({ directory: repository.directory, at: target, env }, async ({ git }) => {
      let head = headSha;
      if (squash) {
        await git('merge', '--quiet', '--squash', headSha);
        await git('commit', '--quiet', '--author', `${author.name} <${author.username}@example.com>`, '-m', title);
        head = await git('rev-parse', 'HEAD');
        if (mergeMethod === 'ff') return { tip: head, squashCommitSha: head };
        await git('reset', '--quiet', '--hard', target);
      }
      const message = `Merge branch '${sourceBranch}' into '${targetBranch}'\n\nSee merge request ${project.path}!${iid}`;
      await git('merge', '--quiet', '--no-ff', '-m', message, head);
      const tip = await git('rev-parse', 'HEAD');
      return { tip, mergeCommitSha: tip, ...(squash ? { squashCommitSha: head } : {}) };
    });
  } catch (error) {
    if (error instanceof GitError) throw new ApiError(406, { message: 'Branch cannot be merged' });
    throw error;
  }
}
