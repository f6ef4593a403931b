import type { BranchChange } from '../git/bare-repository.ts';
import type { FileContent } from '../git/fast-import.ts';
import type { FakeState, SandboxMergeRequest, SandboxProject, SandboxUser } from '../state/fake-state.ts';
import { findClosingReferences, skipsPipeline } from '../text/text-effects.ts';
import { recordVersion } from './diff-refs.ts';
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
  state: FakeState,
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
    at: state.clock.now(),
    files,
  };
  // Replacing history names the expected head; any other push is refused when the branch has moved, as by `git push`.
  const sha = await repository.commit(commit, { force: from !== undefined });
  await noticeBranchChanges(state, project, author);
  return sha;
}

const turns = new WeakMap<SandboxProject, Promise<unknown>>();

/** Looks at what branches point to now and lets merge requests follow. One look at a time for each project. */
export function noticeBranchChanges(
  state: FakeState,
  project: SandboxProject,
  actor: SandboxUser,
): Promise<BranchChange[]> {
  const turn = (turns.get(project) ?? Promise.resolve()).then(async () => {
    const changes = await project.repository.refresh();
    for (const change of changes) {
      await applyMessages(state, project, change);
      await followBranch(state, project, change, actor);
    }
    return changes;
  });
  turns.set(
    project,
    turn.catch(() => {}), // The caller gets the failure; the next look must not.
  );
  return turn;
}

/** What the messages of new commits lead to: no pipeline, and closed issues once they are on the default branch. */
async function applyMessages(
  { effects }: FakeState,
  { path, repository, defaultBranch }: SandboxProject,
  { branch, before, after }: BranchChange,
): Promise<void> {
  if (!after) return;
  const range = before ? [`${before}..${after}`] : ['-1', after];
  const messages = (await repository.git(['log', '-z', '--format=%B', ...range])).split('\0');
  if (skipsPipeline(messages[0] ?? '')) effects.push({ kind: 'skipped-pipeline', project: path, branch, sha: after });
  if (branch !== defaultBranch) return;
  for (const reference of messages.flatMap((message) => findClosingReferences(message)))
    effects.push({ kind: 'closed-issue', reference, project: path, in: 'commit' });
}

async function followBranch(
  state: FakeState,
  project: SandboxProject,
  { branch, after }: BranchChange,
  actor: SandboxUser,
): Promise<void> {
  if (!after) return; // A merge request stays open without its source branch.
  for (const mergeRequest of openFrom(state, project, branch)) {
    if (mergeRequest.headSha === after) continue;
    const oldrev = mergeRequest.headSha;
    mergeRequest.headSha = after;
    await recordVersion(state, mergeRequest);
    mergeRequest.updatedAt = state.clock.now();
    const count = Number(await mergeRequest.project.repository.git(['rev-list', '--count', `${oldrev}..${after}`]));
    addSystemNote(state, mergeRequest, actor, `added ${count} commit${count === 1 ? '' : 's'}`);
    state.announce({ kind: 'merge-request', action: 'update', mergeRequest, actor, oldrev });
  }
}

function openFrom(state: FakeState, project: SandboxProject, branch: string): SandboxMergeRequest[] {
  return state.projects
    .flatMap(({ mergeRequests }) => mergeRequests)
    .filter(
      ({ state, sourceProject, sourceBranch }) =>
        state === 'opened' && sourceProject === project && sourceBranch === branch,
    );
}
