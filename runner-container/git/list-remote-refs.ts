import { TaskError } from '../../shared/kernel/errors.ts';
import type { Git, Remote } from './git.ts';
import { listRefsOverHttp } from './list-refs-over-http.ts';
import { probeRemote } from './probe-remote.ts';
import { runGit } from './run-git.ts';

/**
 * Full ref name -> sha of what the remote has. `refs` are full names (`refs/heads/main`); without any, all are listed.
 * Finding none is only believed of a remote that speaks git: a proxy's page looks to git like an empty repository.
 * @throws {TaskError} `gitlab-*` by the status GitLab gives, `git-transfer-broken` when it lets us in by now,
 * `git-timed-out`.
 */
export async function listRemoteRefs(
  git: Git,
  remote: Remote,
  refs: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const known = refs.length > 0 ? await listRefsOverHttp(git, remote, refs, signal) : undefined;
  if (known) return new Map([...known].filter(([name]) => refs.includes(name)));
  // Every repository with a commit has a HEAD, so that nothing at all is a rare answer.
  const wanted = refs.length === 0 ? [] : [...refs, 'HEAD'];
  const { stdout } = await asking(git, remote, ['ls-remote', '--quiet', '--', remote.cloneUrl, ...wanted], signal);
  if (stdout.length === 0) {
    const code = await probeRemote(git, remote, 'git-upload-pack', signal);
    if (code) throw new TaskError(code);
  }
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
    throw new TaskError(code ?? 'git-transfer-broken', { ...(cause.detail && { detail: cause.detail }), cause });
  }
}
