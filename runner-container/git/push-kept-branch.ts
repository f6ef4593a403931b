import { MINUTE } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { assertPushable } from './assert-pushable.ts';
import { assertBranchName } from './branch-name.ts';
import type { Repository } from './git.ts';
import { listRemoteRefs } from './list-remote-refs.ts';
import { runInRepository } from './run-git.ts';

const PUSH_TIMEOUT_MS = 5 * MINUTE;

export interface KeptPush {
  /** A branch beside that of the ticket. */
  branch: string;
  /** The commit that is to lie there; absent takes the branch away. */
  sha?: string;
  /** Commits that we have put there before. */
  known: ReadonlySet<string>;
}

/**
 * Puts a commit on a branch that only we write, or takes that branch away. What lies there is replaced where it is ours
 * and stays where it is not: `theirs`. No pipeline is to run for it, so GitLab is asked to start none
 * (https://docs.gitlab.com/topics/git/commit/#push-options-for-gitlab-cicd).
 * @throws {TaskError} `push-rejected` also where the remote takes no such wish; `gitlab-*`, `git-*`.
 */
export async function pushKeptBranch(
  repository: Repository,
  { branch, sha = '', known }: KeptPush,
  signal: AbortSignal,
): Promise<'done' | 'theirs'> {
  assertPushable(repository);
  assertBranchName(branch);
  const { git, remote } = repository;
  const ref = `refs/heads/${branch}`;
  const now = (await listRemoteRefs(git, remote, [ref], signal)).get(ref) ?? '';
  if (now === sha) return 'done';
  if (now !== '' && !known.has(now)) return 'theirs';
  const args = ['push', '--porcelain', '--no-verify', '--no-follow-tags', '--recurse-submodules=no'];
  const lease = [`--force-with-lease=${ref}:${now}`, '--push-option=ci.skip', '--', remote.cloneUrl, `${sha}:${ref}`];
  const options = { remote, timeoutMs: PUSH_TIMEOUT_MS, exitCodes: [0, 1, 128] };
  const { exitCode, stderr } = await runInRepository(repository, [...args, ...lease], options, signal);
  if (exitCode === 0) return 'done';
  const after = (await listRemoteRefs(git, remote, [ref], signal)).get(ref) ?? '';
  // The answer got lost, or a person was faster.
  if (after === sha) return 'done';
  if (after !== now) return 'theirs';
  throw new TaskError('push-rejected', { detail: `git push ended with ${exitCode}: ${stderr}` });
}
