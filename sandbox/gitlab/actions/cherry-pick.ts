import { GitError } from '../git/run-git.ts';
import { signatureEnvironment } from '../git/signature-environment.ts';
import { withWorktree } from '../git/with-worktree.ts';
import { ApiError } from '../http/api-error.ts';
import type { FakeState, SandboxProject, SandboxUser } from '../state/fake-state.ts';
import { noticeBranchChanges } from './push.ts';

/**
 * Applies a commit to a branch for real, of a merge commit what it brought. Resolves the new commit.
 * @throws {ApiError} 400 with `error_code`: `conflict`, or `empty` for what the branch has already; 400 for no branch.
 */
export async function cherryPick(
  state: FakeState,
  project: SandboxProject,
  { sha, branch }: { sha: string; branch: string },
  actor: SandboxUser,
): Promise<string> {
  const { repository } = project;
  const at = repository.branches.get(branch);
  if (!at) throw new ApiError(400, { message: 'You can only create or edit files when you are on a branch' });
  const isMerge = (await repository.git(['log', '-1', '--format=%P', sha])).includes(' ');
  const env = signatureEnvironment(actor, state.clock.now());
  const tip = await withWorktree({ directory: repository.directory, at, env }, async ({ git }) => {
    try {
      await git('cherry-pick', '-x', '--no-commit', ...(isMerge ? ['-m', '1'] : []), sha);
    } catch (error) {
      if (error instanceof GitError) throw refuse('conflict');
      throw error;
    }
    if ((await git('status', '--porcelain')) === '') throw refuse('empty');
    const message = await git('log', '-1', '--format=%B', sha);
    const author = await git('log', '-1', '--format=%an <%ae>', sha);
    await git('commit', '--quiet', '--author', author, '-m', message, '-m', `(cherry picked from commit ${sha})`);
    return git('rev-parse', 'HEAD');
  });
  await repository.setBranch(branch, tip);
  await noticeBranchChanges(state, project, actor);
  return tip;
}

/** GitLab's sentence for both. */
function refuse(error_code: 'conflict' | 'empty'): ApiError {
  const message =
    'Sorry, we cannot cherry-pick this commit automatically. This commit may already have been cherry-picked, or a more recent commit may have updated some of its content.';
  return new ApiError(400, { message, error_code });
}
