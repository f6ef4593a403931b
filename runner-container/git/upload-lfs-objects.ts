import { MINUTE } from '../../shared/kernel/clock.ts';
import { isTransient, TaskError } from '../../shared/kernel/errors.ts';
import { RETRY, retry } from '../../shared/kernel/retry.ts';
import { assertPushable } from './assert-pushable.ts';
import { followRename } from './follow-rename.ts';
import type { Repository } from './git.ts';
import { probeRemote } from './probe-remote.ts';
import { runLfs } from './run-lfs.ts';

const UPLOAD_TIMEOUT_MS = 5 * MINUTE;

/**
 * Uploads objects from the store of git-lfs to GitLab, which refuses a push of pointers without them. What it has
 * already is not sent again. Transfers that break are repeated by git-lfs itself.
 * @throws {TaskError} `lfs-refused` when GitLab lets us in and does not take them, `gitlab-*` by status,
 * `git-timed-out`.
 */
export async function uploadLfsObjects(
  repository: Repository,
  oids: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  if (oids.length === 0) return;
  assertPushable(repository);
  const policy = { policy: RETRY.push, clock: repository.git.clock, isTransient };
  const upload = () => retry(() => uploadOnce(repository, oids, signal), policy, signal);
  await followRename(repository, upload, signal);
}

async function uploadOnce(repository: Repository, oids: readonly string[], signal: AbortSignal): Promise<void> {
  const { git, remote } = repository;
  const args = ['push', '--object-id', remote.cloneUrl, ...oids];
  try {
    await runLfs(repository, args, { remote, timeoutMs: UPLOAD_TIMEOUT_MS }, signal);
  } catch (cause) {
    if (!(cause instanceof TaskError) || cause.code !== 'git-failed') throw cause;
    const code = await probeRemote(git, remote, 'git-receive-pack', signal);
    throw new TaskError(code ?? 'lfs-refused', { ...(cause.detail && { detail: cause.detail }), cause });
  }
}
