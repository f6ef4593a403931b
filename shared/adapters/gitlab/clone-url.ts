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
