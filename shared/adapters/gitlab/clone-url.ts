import { TaskError } from '../../kernel/errors.ts';

/**
 * Whether a URL lies on the configured GitLab: same scheme, host and port. Everything else must never see a token.
 * A GitLab configured as `http` (a loopback sandbox) has `http` clone URLs; any other needs `https`.
 */
export function sameHost(url: string, gitlabUrl: string): boolean {
  const candidate = URL.parse(url);
  const configured = URL.parse(gitlabUrl);
  if (!candidate || !configured) return false;
  if (candidate.username !== '' || candidate.password !== '') return false;
  return /^https?:$/.test(configured.protocol) && candidate.origin === configured.origin;
}

/**
 * Call it before a token is spent on a clone URL.
 * @throws {TaskError} `clone-url-foreign` when the URL does not lie on the configured GitLab. It names hosts only: a
 * URL may carry a password.
 */
export function assertCloneUrl(cloneUrl: string, gitlabUrl: string): void {
  if (sameHost(cloneUrl, gitlabUrl)) return;
  const detail = `the clone URL points to ${originOf(cloneUrl)}, the configured GitLab is ${originOf(gitlabUrl)}`;
  throw new TaskError('clone-url-foreign', { detail });
}

function originOf(url: string): string {
  const origin = URL.parse(url)?.origin;
  return origin == null || origin === 'null' ? 'something that is not a web address' : origin;
}
