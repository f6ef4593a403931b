import { TaskError } from '../../shared/errors.ts';
import type { Git, Remote } from './git.ts';
import { probeRemote } from './probe-remote.ts';
import { runGit } from './run-git.ts';

/**
 * Full ref name -> sha of what the remote has. `refs` are full names (`refs/heads/main`); without any, all are listed.
 * @throws {TaskError} `gitlab-*` by the status GitLab gives, else `git-failed` or `git-timed-out`.
 */
export async function listRemoteRefs(
  git: Git,
  remote: Remote,
  refs: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const { stdout } = await asking(git, remote, ['ls-remote', '--quiet', '--', remote.cloneUrl, ...refs], signal);
  const found = new Map<string, string>();
  for (const line of stdout.toString('utf8').split('\n')) {
    const [sha, name] = line.split('\t');
    // ls-remote matches by the end of a name, so `x/refs/heads/main` could come along.
    if (sha && name && (refs.length === 0 || refs.includes(name))) found.set(name, sha);
  }
  return found;
}

async function asking(git: Git, remote: Remote, args: string[], signal: AbortSignal) {
  try {
    return await runGit(git, args, { remote }, signal);
  } catch (cause) {
    if (!(cause instanceof TaskError) || cause.code !== 'git-failed') throw cause;
    const code = await probeRemote(git, remote, 'git-upload-pack', signal);
    throw code ? new TaskError(code, { cause }) : cause;
  }
}
