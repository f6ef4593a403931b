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
  { cloneUrl, credential }: Remote,
  service: GitService,
  signal: AbortSignal,
): Promise<ErrorCode | undefined> {
  if (!URL.canParse(cloneUrl) || !/^https?:$/.test(new URL(cloneUrl).protocol)) return undefined;
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
  let status: number;
  let speaksGit: boolean;
  try {
    const response = await fetch(`${cloneUrl.replace(/\/+$/, '')}/info/refs?service=${service}`, {
      headers,
      redirect: 'manual',
      signal: AbortSignal.any([signal, limit.signal]),
    });
    status = response.status;
    speaksGit = response.headers.get('content-type') === `application/x-${service}-advertisement`;
    await response.body?.cancel();
  } catch {
    // No answer is the answer; an abort of ours is recognised here.
    signal.throwIfAborted();
    return 'gitlab-unavailable';
  } finally {
    answered.abort();
  }
  return toErrorCode(status) ?? (speaksGit ? undefined : 'gitlab-unavailable');
}

function toErrorCode(status: number): ErrorCode | undefined {
  if (status < 300) return undefined;
  if (status === 401) return 'gitlab-unauthorized';
  if (status === 403) return 'gitlab-forbidden';
  if (status === 429) return 'gitlab-rate-limited';
  if (status >= 500) return 'gitlab-unavailable';
  return 'gitlab-not-found';
}
