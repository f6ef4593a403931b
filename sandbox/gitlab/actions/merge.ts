import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDraftTitle } from '../../../shared/adapters/gitlab/events.ts';
import { GitError, runGit } from '../git/run-git.ts';
import { ApiError } from '../http/api-error.ts';
import type { FakeState, SandboxMergeRequest, SandboxUser } from '../state/fake-state.ts';
import { findClosingReferences } from '../text/text-effects.ts';
import { addSystemNote } from './notes.ts';
import { noticeBranchChanges } from './push.ts';

/** Merges for real, with a merge commit. @throws {ApiError} 405 for a draft or a closed one, 406 for a conflict. */
export async function mergeMergeRequest(
  state: FakeState,
  mergeRequest: SandboxMergeRequest,
  actor: SandboxUser,
): Promise<void> {
  if (mergeRequest.state !== 'opened' || isDraftTitle(mergeRequest.title)) {
    throw new ApiError(405, { message: '405 Method Not Allowed' });
  }
  const commit = await writeMergeCommit(mergeRequest, actor);
  const { project, sourceProject, sourceBranch, targetBranch } = mergeRequest;
  const now = state.clock.now();
  Object.assign(mergeRequest, {
    state: 'merged',
    mergedBy: actor,
    mergedAt: now,
    mergeCommitSha: commit,
    updatedAt: now,
  });
  await project.repository.setBranch(targetBranch, commit);
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

async function writeMergeCommit(mergeRequest: SandboxMergeRequest, actor: SandboxUser): Promise<string> {
  const { project, headSha, targetBranch, sourceBranch, iid } = mergeRequest;
  const { directory } = project.repository;
  const target = project.repository.branches.get(targetBranch);
  if (!target) throw new ApiError(405, { message: '405 Method Not Allowed' });
  const workspace = await mkdtemp(path.join(tmpdir(), 'sandbox-merge-'));
  const tree = path.join(workspace, 'tree');
  const name = { GIT_AUTHOR_NAME: actor.name, GIT_COMMITTER_NAME: actor.name };
  const email = {
    GIT_AUTHOR_EMAIL: `${actor.username}@example.com`,
    GIT_COMMITTER_EMAIL: `${actor.username}@example.com`,
  };
  try {
    await runGit({ args: ['worktree', 'add', '--quiet', '--detach', tree, target], directory });
    const message = `Merge branch '${sourceBranch}' into '${targetBranch}'\n\nSee merge request ${project.path}!${iid}`;
    const args = ['merge', '--quiet', '--no-ff', '-m', message, headSha];
    await runGit({ args, directory: tree, env: { ...name, ...email } });
    return (await runGit({ args: ['rev-parse', 'HEAD'], directory: tree })).toString().trim();
  } catch (error) {
    if (error instanceof GitError) throw new ApiError(406, { message: 'Branch cannot be merged' });
    throw error;
  } finally {
    await rm(workspace, { recursive: true, force: true });
    await runGit({ args: ['worktree', 'prune'], directory });
  }
}
