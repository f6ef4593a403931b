import type { FakeState, SandboxProject, SandboxUser } from '../state/fake-state.ts';
import { createProject } from './create-project.ts';
import { noticeBranchChanges } from './push.ts';

/** Copies a project with its branches under another path; the person who forks owns the copy. */
export async function forkProject(
  state: FakeState,
  origin: SandboxProject,
  to: string,
  owner: SandboxUser,
): Promise<void> {
  const { defaultBranch, visibility } = origin;
  const fork = await createProject(state, { path: to, defaultBranch, visibility, members: { [owner.username]: 50 } });
  fork.forkedFrom = origin;
  await fork.repository.git(['fetch', '--quiet', origin.repository.directory, '+refs/heads/*:refs/heads/*']);
  await noticeBranchChanges(state, fork, owner);
}
