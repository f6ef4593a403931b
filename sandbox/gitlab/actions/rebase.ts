import { signatureEnvironment } from '../git/signature-environment.ts';
import { withWorktree } from '../git/with-worktree.ts';
import { ApiError } from '../http/api-error.ts';
import type { FakeState, SandboxMergeRequest, SandboxUser } from '../state/fake-state.ts';
import { noticeBranchChanges } from './push.ts';

/**
 * Puts the commits of a merge request on top of its target; authors and their dates stay. @throws {ApiError} 403
 * without a branch.
 */
export async function rebaseMergeRequest(
  state: FakeState,
  { sourceProject, sourceBranch, headSha, project, targetBranch }: SandboxMergeRequest,
  actor: SandboxUser,
): Promise<void> {
  const target = project.repository.branches.get(targetBranch);
  if (!sourceProject || !target) throw new ApiError(403, { message: '403 Forbidden' });
  const { directory } = sourceProject.repository;
  // Names and dates of authors come from the commits.
  const { GIT_COMMITTER_NAME, GIT_COMMITTER_EMAIL, GIT_COMMITTER_DATE } = signatureEnvironment(
    actor,
    state.clock.now(),
  );
  const committer = {
    GIT_COMMITTER_NAME: GIT_COMMITTER_NAME ?? '',
    GIT_COMMITTER_EMAIL: GIT_COMMITTER_EMAIL ?? '',
    GIT_COMMITTER_DATE: GIT_COMMITTER_DATE ?? '',
  };
  const head = await withWorktree({ directory, at: headSha, env: committer }, async ({ git }) => {
    await git('rebase', '--quiet', target);
    return git('rev-parse', 'HEAD');
  });
  await sourceProject.repository.setBranch(sourceBranch, head);
  await noticeBranchChanges(state, sourceProject, actor);
}
