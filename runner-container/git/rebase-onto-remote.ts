import { TaskError } from '../../shared/kernel/errors.ts';
import { REMOTE_BRANCH_REF } from './checkout-work-branch.ts';
import { createCommit, readAuthor, writeTree } from './commit-changes.ts';
import { fetchCommit, isAncestor } from './fetch-commits.ts';
import { findConflictMarkers } from './find-conflict-markers.ts';
import { followRename } from './follow-rename.ts';
import type { Repository } from './git.ts';
import { listChanges } from './list-changes.ts';
import { listRemoteRefs } from './list-remote-refs.ts';
import { readHeads } from './push-branch.ts';
import { resetWorkTree } from './reset-work-tree.ts';
import { resolveObject } from './resolve-commits.ts';
import { readGit, runInRepository, writeWorkTree } from './run-git.ts';

export interface RebaseConflict {
  kind: 'conflict';
  /** Where both sides changed the same lines. */
  files: string[];
  /** What the markers of this merge name. */
  sides: string[];
  /** Our commit as it was. */
  oursSha: string;
  /** The branch as GitLab has it. */
  ontoSha: string;
}

export type RebaseResult =
  /** The remote has not changed. */
  | { kind: 'unmoved'; headSha: string }
  /** HEAD and the work tree are our change on top of theirs. */
  | { kind: 'rebased'; headSha: string; ontoSha: string }
  /** Their commits stand on ours, which reached the remote before them; HEAD is theirs. */
  | { kind: 'contained'; oursSha: string; headSha: string }
  /** Theirs has all of our change, or nothing of it was kept; HEAD is theirs. */
  | { kind: 'nothing-left'; headSha: string }
  | RebaseConflict;

/** What a merge without conflict, or a repaired one, has become. */
type Replayed = Extract<RebaseResult, { kind: 'rebased' | 'nothing-left' }>;

/**
 * Puts the one commit of this run on top of what people pushed to the branch meanwhile; their commits stay as they are.
 *
 * The merge happens among objects, so the work tree is only written with the result. After a conflict HEAD and index
 * are the remote's, and the work tree shows our change on top of it with conflict markers: have it repaired and
 * `continueRebase`, or `abortRebase`.
 * @throws {TaskError} `branch-gone` when the branch was deleted meanwhile, `gitlab-*`.
 */
export async function rebaseOntoRemote(
  repository: Repository,
  branch: string,
  signal: AbortSignal,
): Promise<RebaseResult> {
  const ref = `refs/heads/${branch}`;
  const { headSha: oursSha, known } = await readHeads(repository, signal);
  const list = () => listRemoteRefs(repository.git, repository.remote, [ref], signal);
  const remoteSha = (await followRename(repository, list, signal)).get(ref);
  if (known && !remoteSha) throw new TaskError('branch-gone');
  if (!remoteSha || remoteSha === known || remoteSha === oursSha) return { kind: 'unmoved', headSha: oursSha };

  const ontoSha = await fetchCommit(repository, ref, { into: REMOTE_BRANCH_REF }, signal);
  if (await isAncestor(repository, oursSha, ontoSha, signal)) {
    await moveTo(repository, ontoSha, signal);
    return { kind: 'contained', oursSha, headSha: ontoSha };
  }
  return replay(repository, oursSha, ontoSha, signal);
}

/**
 * Commits the repaired work tree on top of the remote's branch, with the message our commit had. `unresolved` names the
 * files that still carry conflict markers, and commits nothing. The result is a new change: judge it again before it is
 * pushed.
 */
export async function continueRebase(
  repository: Repository,
  conflict: RebaseConflict,
  signal: AbortSignal,
): Promise<Replayed | { kind: 'unresolved'; files: string[] }> {
  const left = await findConflictMarkers(repository, conflict);
  if (left.length > 0) return { kind: 'unresolved', files: left };
  const { changes, truncated } = await listChanges(repository, signal);
  if (truncated) return { kind: 'unresolved', files: conflict.files };
  const tree = await writeTree(repository, changes, signal);
  return finish(repository, { tree, ...conflict }, signal);
}

/** Puts HEAD, index and work tree back to our commit as it was before the rebase. */
export async function abortRebase(
  repository: Repository,
  conflict: RebaseConflict,
  signal: AbortSignal,
): Promise<void> {
  await moveTo(repository, conflict.oursSha, signal);
}

async function replay(
  repository: Repository,
  oursSha: string,
  ontoSha: string,
  signal: AbortSignal,
): Promise<RebaseResult> {
  const { tree, files, sides } = await mergeTrees(repository, oursSha, ontoSha, signal);
  if (files.length > 0) {
    await moveTo(repository, ontoSha, signal);
    await showInWorkTree(repository, tree, signal);
    return { kind: 'conflict', files, sides, oursSha, ontoSha };
  }
  return finish(repository, { tree, oursSha, ontoSha }, signal);
}

async function finish(
  repository: Repository,
  { tree, oursSha, ontoSha }: { tree: string; oursSha: string; ontoSha: string },
  signal: AbortSignal,
): Promise<Replayed> {
  const ontoTree = await resolveObject(repository, `${ontoSha}^{tree}`, signal);
  if (tree === ontoTree) {
    await moveTo(repository, ontoSha, signal);
    return { kind: 'nothing-left', headSha: ontoSha };
  }
  const message = await readGit(repository, ['log', '-1', '--format=%B', oursSha, '--'], {}, signal);
  const author = await readAuthor(repository, oursSha, signal);
  const headSha = await createCommit(repository, { tree, parents: [ontoSha], message: `${message}\n`, author }, signal);
  await moveTo(repository, headSha, signal);
  return { kind: 'rebased', headSha, ontoSha };
}

/**
 * Three-way merge of our commit's change into theirs. `merge-tree` takes its base from history, where a rewritten
 * branch would give the wrong one; three stand-in commits make our parent the base (`--merge-base` needs a newer git
 * than 2.39).
 */
async function mergeTrees(
  repository: Repository,
  oursSha: string,
  ontoSha: string,
  signal: AbortSignal,
): Promise<{ tree: string; files: string[]; sides: string[] }> {
  const author = { name: 'cmap', email: 'cmap@localhost' };
  const standIn = (tree: string, parents: string[]) =>
    createCommit(repository, { tree: `${tree}^{tree}`, parents, message: 'stand-in\n', author }, signal);
  const base = await standIn(`${oursSha}^`, []);
  const theirs = await standIn(ontoSha, [base]);
  const ours = await standIn(oursSha, [base]);
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', theirs, ours];
  const { stdout } = await runInRepository(repository, args, { exitCodes: [0, 1] }, signal);
  const [tree = '', ...files] = stdout.toString('utf8').split('\0');
  return { tree, files: [...new Set(files.filter((file) => file !== ''))], sides: [theirs, ours] };
}

async function moveTo(repository: Repository, sha: string, signal: AbortSignal): Promise<void> {
  await resetWorkTree(repository, { sha }, signal);
}

/** Writes a tree into the work tree and leaves HEAD and index as they are. */
async function showInWorkTree(repository: Repository, tree: string, signal: AbortSignal): Promise<void> {
  await writeWorkTree(repository, ['read-tree', '--reset', '-u', tree], {}, signal);
  await runInRepository(repository, ['read-tree', '--reset', 'HEAD'], {}, signal);
}
