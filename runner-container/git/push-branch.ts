import { MINUTE } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { assertPushable } from './assert-pushable.ts';
import { assertBranchName } from './branch-name.ts';
import { REMOTE_BRANCH_REF } from './checkout-work-branch.ts';
import { explainRefusal } from './explain-refusal.ts';
import { isAncestor } from './fetch-commits.ts';
import { followRename } from './follow-rename.ts';
import type { Repository } from './git.ts';
import { listRemoteRefs } from './list-remote-refs.ts';
import { probeRemote } from './probe-remote.ts';
import { resolveCommits } from './resolve-commits.ts';
import { runInRepository } from './run-git.ts';
import { writeRef } from './write-ref.ts';

export type PushResult = { kind: 'pushed'; sha: string } | { kind: 'already-pushed'; sha: string };

const PUSH_TIMEOUT_MS = 5 * MINUTE;

/**
 * Pushes HEAD to the branch and never forces; a branch that was deleted since we last looked is not made again. Why a
 * push failed is read from what GitLab has afterwards, not from what git says.
 * @throws {TaskError} `branch-moved` when a person was faster, or has deleted the branch; `push-rejected`,
 * `branch-in-the-way` or `commit-*` when GitLab refuses, `gitlab-*` by status, `git-transfer-broken` when git did not
 * get as far and GitLab lets us in by now.
 */
export async function pushBranch(repository: Repository, branch: string, signal: AbortSignal): Promise<PushResult> {
  assertPushable(repository);
  assertBranchName(branch);
  const ref = `refs/heads/${branch}`;
  const { headSha: sha, known } = await readHeads(repository, signal);
  if (known === sha) return { kind: 'already-pushed', sha };

  await followRename(repository, () => pushOnce(repository, { branch, ref, sha, known }, signal), signal);
  await writeRef(repository, REMOTE_BRANCH_REF, sha);
  return { kind: 'pushed', sha };
}

async function pushOnce(
  repository: Repository,
  { branch, ref, sha, known }: { branch: string; ref: string; sha: string; known: string | undefined },
  signal: AbortSignal,
): Promise<void> {
  const { git, remote } = repository;
  const args = [
    'push',
    '--porcelain',
    '--no-verify',
    '--no-follow-tags',
    '--recurse-submodules=no',
    ...(await expectKnown(repository, { ref, sha, known }, signal)),
    '--',
    remote.cloneUrl,
    `${sha}:${ref}`,
  ];
  const failure = await push(repository, args, signal);
  if (failure) {
    const now = (await listRemoteRefs(git, remote, [ref], signal)).get(ref);
    // The transfer succeeded although the answer got lost.
    if (now !== sha) throw await explain(repository, { branch, moved: now !== known }, failure, signal);
  }
}

/**
 * What has git refuse where the branch is not what we know, also where there is none any more: merged and deleted while
 * `validate` ran. Only for a push that moves the branch forward, for which it forces nothing.
 */
async function expectKnown(
  repository: Repository,
  { ref, sha, known }: { ref: string; sha: string; known: string | undefined },
  signal: AbortSignal,
): Promise<string[]> {
  if (known === undefined || !(await isAncestor(repository, known, sha, signal))) return [];
  return [`--force-with-lease=${ref}:${known}`];
}

/** https://git-scm.com/docs/git-push, "Output" and `--porcelain`: a line with this flag is a ref the remote refused. */
const REFUSED = /(?<![^\n])!\t/;

/** Resolves to why it failed; `push-rejected` when the remote has said so. */
async function push(
  repository: Repository,
  args: readonly string[],
  signal: AbortSignal,
): Promise<TaskError | undefined> {
  const { remote } = repository;
  try {
    const options = { remote, timeoutMs: PUSH_TIMEOUT_MS, exitCodes: [0, 1] };
    const { exitCode, stdout, stderr } = await runInRepository(repository, args, options, signal);
    if (exitCode === 0) return undefined;
    const detail = `git push ended with ${exitCode}: ${stderr}`;
    return new TaskError(REFUSED.test(stdout.toString('utf8')) ? 'push-rejected' : 'git-failed', { detail });
  } catch (cause) {
    if (cause instanceof TaskError) return cause;
    throw cause;
  }
}

/** HEAD, and the branch as the remote had it when we last looked: `undefined` when it had none. */
export async function readHeads(
  repository: Repository,
  signal: AbortSignal,
): Promise<{ headSha: string; known: string | undefined }> {
  const [headSha, known] = await resolveCommits(repository, ['HEAD', REMOTE_BRANCH_REF], signal);
  if (headSha === undefined) throw new TaskError('git-failed', { detail: 'HEAD is no commit' });
  return { headSha, known };
}

async function explain(
  repository: Repository,
  { branch, moved }: { branch: string; moved: boolean },
  cause: TaskError,
  signal: AbortSignal,
): Promise<TaskError> {
  if (moved) return new TaskError('branch-moved', { cause });
  if (cause.code === 'push-rejected') return explainRefusal(repository, branch, cause, signal);
  if (cause.code !== 'git-failed') return cause;
  const code = await probeRemote(repository.git, repository.remote, 'git-receive-pack', signal);
  // Reading worked a moment ago, so a credential that is turned away here may not push.
  if (code === 'gitlab-unauthorized' || code === 'gitlab-forbidden') return new TaskError('push-rejected', { cause });
  if (code) return new TaskError(code, { cause });
  return new TaskError('git-transfer-broken', { ...(cause.detail && { detail: cause.detail }), cause });
}
