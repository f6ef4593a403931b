import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { MINUTE } from '../../shared/kernel/clock.ts';
import { isTransient, TaskError } from '../../shared/kernel/errors.ts';
import { RETRY, retry } from '../../shared/kernel/retry.ts';
import { assertBranchName } from './branch-name.ts';
import { emptyDirectory } from './empty-directory.ts';
import type { Git, Remote, Repository } from './git.ts';
import { listRemoteRefs } from './list-remote-refs.ts';
import { findMovedRemote } from './probe-remote.ts';
import { resetWorkTree } from './reset-work-tree.ts';
import { runGit } from './run-git.ts';

export interface CloneOptions {
  remote: Remote;
  /** Absolute; removed first and made again with mode 0700. Its parent is best closed to everybody but the runner. */
  gitDir: string;
  /** Absolute; what it contains is removed first. */
  workTree: string;
  branch: string;
  /** The first session in the work tree will change it: where the agent has a user of its own, the files are its. */
  isForEditing?: boolean;
  /** For one attempt; 10 minutes unless given. */
  timeoutMs?: number;
}

const CLONE_TIMEOUT_MS = 10 * MINUTE;

/**
 * Clones one branch, shallow, with the git directory apart from the work tree and no trace of it inside. What may pass
 * is tried three times. A
 * project that was renamed or transferred is followed on the same host; the clone knows its new address.
 * @throws {TaskError} `repository-empty`, `target-branch-missing`, `gitlab-unauthorized`, `gitlab-forbidden`,
 * `gitlab-not-found`, `gitlab-unavailable`, `clone-failed`, `git-timed-out`.
 */
export async function cloneRepository(git: Git, options: CloneOptions, signal: AbortSignal): Promise<Repository> {
  assertBranchName(options.branch);
  const policy = { policy: RETRY.clone, clock: git.clock, isTransient };
  const clone = (from: CloneOptions) => retry(() => cloneOnce(git, from, signal), policy, signal);
  try {
    return await clone(options);
  } catch (error) {
    if (!(error instanceof TaskError) || error.code !== 'gitlab-not-found') throw error;
    const remote = await findMovedRemote(git, options.remote, signal);
    if (!remote) throw error;
    return clone({ ...options, remote });
  }
}

async function cloneOnce(git: Git, options: CloneOptions, signal: AbortSignal): Promise<Repository> {
  const { remote, gitDir, workTree } = options;
  // git makes the git directory itself and wants the work tree empty.
  await rm(gitDir, { recursive: true, force: true });
  await emptyDirectory(workTree);
  await transfer(git, options, signal);
  await chmod(gitDir, 0o700);
  // The work tree must not point at the git directory: the agent could follow or replace the pointer.
  await rm(path.join(workTree, '.git'), { force: true });
  if (options.isForEditing) await git.treeOwner?.keep(workTree);
  await mkdir(path.join(gitDir, 'info'), { recursive: true });
  await writeFile(path.join(gitDir, 'info', 'attributes'), NEUTRAL_ATTRIBUTES);
  const repository = { git, gitDir, workTree, remote };
  // Only now, so that no file is written as attributes of the repository would have it.
  await resetWorkTree(repository, { timeoutMs: options.timeoutMs ?? CLONE_TIMEOUT_MS }, signal);
  return repository;
}

/**
 * Wins over every `.gitattributes`. Files are read and written byte for byte: where attributes and blobs disagree, as
 * with CRLF in the index below `text`, git would take every such file for changed as soon as it looks at its content
 * again. No filter or external driver could run anyway, because none is configured; this also keeps a repository from
 * hiding files from a review with `-diff`.
 */
const NEUTRAL_ATTRIBUTES = '* -text !eol -ident !working-tree-encoding !filter !diff\n';

async function transfer(git: Git, options: CloneOptions, signal: AbortSignal): Promise<void> {
  const { remote, gitDir, workTree, branch, timeoutMs = CLONE_TIMEOUT_MS } = options;
  const args = [
    'clone',
    '--quiet',
    '--template=',
    '--no-checkout',
    '--no-tags',
    '--single-branch',
    '--no-recurse-submodules',
    '--depth=1',
    `--branch=${branch}`,
    `--separate-git-dir=${gitDir}`,
    '--',
    remote.cloneUrl,
    workTree,
  ];
  try {
    await runGit(git, args, { remote, timeoutMs }, signal);
  } catch (cause) {
    if (!(cause instanceof TaskError) || cause.code !== 'git-failed') throw cause;
    throw await explain(git, options, cause, signal);
  }
}

/** git says why in prose only, so the remote is asked instead. */
async function explain(
  git: Git,
  { remote, branch }: CloneOptions,
  cause: TaskError,
  signal: AbortSignal,
): Promise<TaskError> {
  const refs = await listRemoteRefs(git, remote, [], signal).catch((error: unknown) => {
    if (error instanceof TaskError && error.code !== 'git-transfer-broken') throw error;
    return undefined;
  });
  if (refs?.size === 0) return new TaskError('repository-empty', { cause });
  if (refs && !refs.has(`refs/heads/${branch}`))
    return new TaskError('target-branch-missing', { detail: branch, cause });
  return new TaskError('clone-failed', { ...(cause.detail && { detail: cause.detail }), cause });
}
