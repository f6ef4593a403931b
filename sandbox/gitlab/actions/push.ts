import type { BranchChange } from '../git/bare-repository.ts';
import type { FileContent } from '../git/fast-import.ts';
import type { SandboxMergeRequest, SandboxProject, SandboxUser, World } from '../state/fake-state.ts';
import { computeDiffRefs } from './diff-refs.ts';
import { addSystemNote } from './notes.ts';

export interface SandboxPush {
  branch: string;
  files: Record<string, FileContent>;
  message?: string;
  /** A branch or commit to start from: of a new branch, or of one whose history is replaced. */
  from?: string;
}

/** A person pushes a commit. A new branch starts at `from`, else at the default branch. Resolves the commit. */
export async function pushCommit(
  world: World,
  project: SandboxProject,
  { branch, files, message = 'Change something', from }: SandboxPush,
  author: SandboxUser,
): Promise<string> {
  const { repository, defaultBranch } = project;
  const start = from ?? (repository.branches.has(branch) ? branch : defaultBranch);
  const parent = repository.branches.get(start) ?? from;
  const commit = {
    branch,
    message,
    parent,
    author: { name: author.name, email: `${author.username}@example.com` },
    at: world.clock.now(),
    files,
  };
  // Whoever replaces history says where from; everybody else is refused when somebody was faster, as by `git push`.
  const sha = await repository.commit(commit, { force: from !== undefined });
  await noticeBranchChanges(world, project, author);
  return sha;
}

const turns = new WeakMap<SandboxProject, Promise<unknown>>();

/** Looks at what branches point to now and lets merge requests follow. One look at a time for each project. */
export function noticeBranchChanges(
  world: World,
  project: SandboxProject,
  actor: SandboxUser,
): Promise<BranchChange[]> {
  const turn = (turns.get(project) ?? Promise.resolve()).then(async () => {
    const changes = await project.repository.refresh();
    for (const change of changes) await followBranch(world, project, change, actor);
    return changes;
  });
  turns.set(
    project,
    turn.catch(() => {}), // Whoever asked hears of it; the next look must not.
  );
  return turn;
}

async function followBranch(
  world: World,
  project: SandboxProject,
  { branch, after }: BranchChange,
  actor: SandboxUser,
): Promise<void> {
  if (!after) return; // A merge request stays open without its source branch.
  for (const mergeRequest of openFrom(world, project, branch)) {
    if (mergeRequest.headSha === after) continue;
    const oldrev = mergeRequest.headSha;
    mergeRequest.headSha = after;
    mergeRequest.diffRefs = await computeDiffRefs(mergeRequest);
    mergeRequest.updatedAt = world.clock.now();
    const count = Number(await mergeRequest.project.repository.git(['rev-list', '--count', `${oldrev}..${after}`]));
    addSystemNote(world, mergeRequest, actor, `added ${count} commit${count === 1 ? '' : 's'}`);
    world.announce({ kind: 'merge-request', action: 'update', mergeRequest, actor, oldrev });
  }
}

function openFrom(world: World, project: SandboxProject, branch: string): SandboxMergeRequest[] {
  return world.projects
    .flatMap(({ mergeRequests }) => mergeRequests)
    .filter(
      ({ state, sourceProject, sourceBranch }) =>
        state === 'opened' && sourceProject === project && sourceBranch === branch,
    );
}
