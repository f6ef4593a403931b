import { SECOND } from '../../shared/kernel/clock.ts';
import type { ErrorCode } from '../../shared/kernel/errors.ts';
import type { Git, Remote } from './git.ts';

type GitService = 'git-upload-pack' | 'git-receive-pack';

const PROBE_TIMEOUT_MS = 15 * SECOND;

/**
 * Asks the remote over HTTP why git may have failed, because git itself says it only in prose: the first request of the
 * smart protocol, answered with a status and a type that only git servers give. `undefined` means the remote lets us
 * in, so the reason lies elsewhere. https://git-scm.com/docs/http-protocol, "Discovering References".
 */
export async function probeRemote(
  git: Git,
  remote: Remote,
  service: GitService,
  signal: AbortSignal,
): Promise<ErrorCode | undefined> {
  if (!isHttp(remote)) return undefined;
  const answer = await ask(git, remote, service, signal);
  if (!answer) return 'gitlab-unavailable';
  return toErrorCode(answer.status) ?? (answer.speaksGit ? undefined : 'gitlab-unavailable');
}

/**
 * Where the remote says that the repository is now: GitLab redirects from the path a project had before it was renamed
 * or transferred. Only an address on the same host is believed, because the credential goes there. `undefined` when it
 * did not move.
 */
export async function findMovedRemote(git: Git, remote: Remote, signal: AbortSignal): Promise<Remote | undefined> {
  if (!isHttp(remote)) return undefined;
  const answer = await ask(git, remote, 'git-upload-pack', signal);
  if (!answer?.location || !MOVED.has(answer.status)) return undefined;
  const target = new URL(answer.location, remote.cloneUrl);
  const moved = `${target.origin}${target.pathname.replace(/\/info\/refs$/, '')}`;
  const isElsewhere = target.origin !== new URL(remote.cloneUrl).origin || target.username !== '';
  return isElsewhere || moved === remote.cloneUrl ? undefined : { ...remote, cloneUrl: moved };
}

/** RFC 9110, 15.4: where the same request is to be made elsewhere. */
const MOVED: ReadonlySet<number> = new Set([301, 302, 307, 308]);

function isHttp({ cloneUrl }: Remote): boolean {
  return URL.canParse(cloneUrl) && /^https?:$/.test(new URL(cloneUrl).protocol);
}

interface Answer {
  status: number;
  speaksGit: boolean;
  location: string | null;
}

/** The first request of the smart protocol; `undefined` when there is no answer. */
async function ask(
  git: Git,
  { cloneUrl, credential }: Remote,
  service: GitService,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const headers: Record<string, string> = credential
    ? { authorization: `Basic ${Buffer.from(`oauth2:${credential.reveal()}`).toString('base64')}` }
    : {};
  const limit = new AbortController();
  const answered = new AbortController();
  git.clock.sleep(PROBE_TIMEOUT_MS, answered.signal).then(
    () => limit.abort(),
    () => {
      // Answered in time.
    },
  );
  try {
    const response = await fetch(`${cloneUrl.replace(/\/+$/, '')}/info/refs?service=${service}`, {
      headers,
      redirect: 'manual',
      signal: AbortSignal.any([signal, limit.signal]),
    });
    const speaksGit = response.headers.get('content-type') === `application/x-${service}-advertisement`;
    await response.body?.cancel();
    return { status: response.status, speaksGit, location: response.headers.get('location') };
  } catch {
    // No answer is the answer; an abort of ours is recognised here.
    signal.throwIfAborted();
    return undefined;
  } finally {
    answered.abort();
  }
}

function toErrorCode(status: number): ErrorCode | undefined {
  if (status < 300) return undefined;
  if (status === 401) return 'gitlab-unauthorized';
  if (status === 403) return 'gitlab-forbidden';
  if (status === 429) return 'gitlab-rate-limited';
  if (status >= 500) return 'gitlab-unavailable';
  return 'gitlab-not-found';
}
