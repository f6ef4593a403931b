import { rename, rm } from 'node:fs/promises';
import path from 'node:path';

import { TaskError } from '../../shared/kernel/errors.ts';
import type { ChangeList } from './change.ts';
import { type CommitMessage, formatCommitMessage } from './commit-message.ts';
import type { Repository } from './git.ts';
import { resolveObject } from './resolve-commits.ts';
import { readGit, runInRepository } from './run-git.ts';
import { signBy, withSigningKey } from './with-signing-key.ts';
import { pointHeadAt } from './write-ref.ts';

export interface CommitAuthor {
  name: string;
  email: string;
}

export interface CommitRequest extends CommitMessage {
  /** What goes in: exactly these paths, which `listChanges` found. */
  changes: ChangeList['changes'];
  author: CommitAuthor;
}

export type CommitResult = { kind: 'committed'; sha: string } | { kind: 'nothing-to-commit' };

/**
 * Commits the given changes on HEAD. Built from plumbing: no hook, no editor, no pathspec magic, no look into
 * submodules. What the commit contains cannot change any more, so judge it (`listCommittedChanges`) before it is
 * pushed.
 */
export async function commitChanges(
  repository: Repository,
  request: CommitRequest,
  signal: AbortSignal,
): Promise<CommitResult> {
  const tree = await writeTree(repository, request.changes, signal);
  const head = await resolveObject(repository, 'HEAD^{commit}', signal);
  const headTree = await resolveObject(repository, 'HEAD^{tree}', signal);
  if (tree === headTree) return { kind: 'nothing-to-commit' };

  const message = formatCommitMessage(request);
  const sha = await createCommit(repository, { tree, parents: [head], message, author: request.author }, signal);
  await pointHeadAt(repository, sha);
  await rename(commitIndexOf(repository), path.join(repository.gitDir, 'index'));
  return { kind: 'committed', sha };
}

/** Writes a commit object and points nothing at it; signed where the repository has a key for that. */
export async function createCommit(
  repository: Repository,
  {
    tree,
    parents,
    message,
    author,
  }: { tree: string; parents: readonly string[]; message: string; author: CommitAuthor },
  signal: AbortSignal,
): Promise<string> {
  const date = `${Math.floor(repository.git.clock.now() / 1000)} +0000`;
  const environment = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
    GIT_COMMITTER_DATE: date,
  };
  const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-'];
  const { git } = repository;
  if (!git.signingKey) return readGit(repository, args, { input: message, environment }, signal);
  return withSigningKey(git, git.signingKey, (file) => {
    // What is signed lies in a file of its own meanwhile, beside the key and not where agents read.
    const options = { input: message, environment: { ...environment, TMPDIR: git.homeDirectory } };
    return readGit(repository, [...signBy(file), ...args, '-S'], options, signal);
  });
}

/** Who a commit names as its author. */
export async function readAuthor(repository: Repository, sha: string, signal: AbortSignal): Promise<CommitAuthor> {
  const text = await readGit(repository, ['log', '-1', '--format=%an%x1f%ae', sha, '--'], {}, signal);
  const [name = '', email = ''] = text.split('\x1f');
  return { name, email };
}

/**
 * Puts the changes on top of HEAD's tree and resolves with the id of the tree they make. Done in an index of its own:
 * git reads every file that is as young as its index again each time it writes that, and after a clone all of them are.
 */
export async function writeTree(
  repository: Repository,
  changes: ChangeList['changes'],
  signal: AbortSignal,
): Promise<string> {
  const gone = changes.flatMap(({ path, oldPath, entry }) => [
    ...(entry === 'none' ? [path] : []),
    ...(oldPath ? [oldPath] : []),
  ]);
  const present = changes.filter(({ entry }) => entry !== 'none').map(({ path }) => path);
  const indexFile = commitIndexOf(repository);
  await rm(indexFile, { force: true });
  await runInRepository(repository, ['read-tree', 'HEAD'], { indexFile }, signal);
  // Deletions first: a file may stand where a directory was.
  await updateIndex(repository, indexFile, { flags: ['--force-remove'], paths: gone }, signal);
  await updateIndex(repository, indexFile, { flags: ['--add', '--replace'], paths: present }, signal);
  return readGit(repository, ['write-tree'], { indexFile }, signal);
}

function commitIndexOf({ gitDir }: Repository): string {
  return path.join(gitDir, 'commit-index');
}

async function updateIndex(
  repository: Repository,
  indexFile: string,
  { flags, paths }: { flags: string[]; paths: readonly string[] },
  signal: AbortSignal,
): Promise<void> {
  if (paths.length === 0) return;
  const input = paths.map((path) => `${path}\0`).join('');
  try {
    await runInRepository(repository, ['update-index', ...flags, '-z', '--stdin'], { indexFile, input }, signal);
  } catch (cause) {
    if (!(cause instanceof TaskError) || cause.code !== 'git-failed') throw cause;
    // The gate has let the change pass, so this is about something that git looks at more closely.
    throw new TaskError('change-refused', { ...(cause.detail && { detail: cause.detail }), cause });
  }
}
