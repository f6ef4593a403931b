/** The services a remote may be on, as far as the host name tells. */
type RemotePlatform = 'gitlab' | 'github' | 'bitbucket' | 'azure-devops' | 'unknown';

export interface RemoteUrl {
  protocol: 'https' | 'http' | 'ssh' | 'git';
  platform: RemotePlatform;
  /** Lower case, without port. */
  host: string;
  /** Absent when it is the protocol's own. */
  port?: number;
  /**
   * Where GitLab's pages and API are, without a slash at the end: `https://gitlab.example.com`,
   * `https://example.com/gitlab`.
   */
  baseUrl: string;
  /** Groups and name: `group/sub/app`. */
  repo: string;
  /** Only the name: `app`. */
  name: string;
}

export interface ParseRemoteUrlOptions {
  /** The configured GitLab, when known: tells an install below a path (`https://example.com/gitlab`) from a group. */
  gitlabUrl?: string | undefined;
}

/**
 * Understands the addresses git accepts for a repository on a server: URLs, `git@host:group/app.git`, and a page of
 * GitLab itself. User names, passwords and tokens in the address are dropped. A local path gives `undefined`.
 */
export function parseRemoteUrl(text: string, { gitlabUrl }: ParseRemoteUrlOptions = {}): RemoteUrl | undefined {
  const address = parseUrl(text.trim()) ?? parseScp(text.trim());
  if (!address) return undefined;

  const gitlab = gitlabUrl && URL.canParse(gitlabUrl) ? new URL(gitlabUrl) : undefined;
  const host = SSH_HOSTS[address.host] ?? address.host;
  const isConfigured = gitlab?.hostname.toLowerCase() === host;
  const isWeb = address.protocol === 'https' || address.protocol === 'http';
  // SSH addresses never carry the path GitLab is installed below.
  const prefix = isConfigured && isWeb ? trimSlashes(gitlab.pathname) : '';
  const repo = toRepo(stripPrefix(address.path, prefix));
  if (!repo) return undefined;

  const slash = repo.lastIndexOf('/');
  return {
    protocol: address.protocol,
    platform: isConfigured ? 'gitlab' : platformOf(host),
    host,
    ...(address.port === undefined ? {} : { port: address.port }),
    baseUrl: isConfigured
      ? `${gitlab.origin}/${trimSlashes(gitlab.pathname)}`.replace(/\/$/, '')
      : toBaseUrl(address, host),
    repo,
    name: repo.slice(slash + 1),
  };
}

interface Address {
  protocol: RemoteUrl['protocol'];
  host: string;
  port?: number | undefined;
  path: string;
}

const PROTOCOLS: Readonly<Record<string, RemoteUrl['protocol']>> = {
  'https:': 'https',
  'http:': 'http',
  'ssh:': 'ssh',
  'git+ssh:': 'ssh',
  'ssh+git:': 'ssh',
  'git:': 'git',
  'git+https:': 'https',
};

const OWN_PORTS: Readonly<Record<RemoteUrl['protocol'], number>> = { https: 443, http: 80, ssh: 22, git: 9418 };

/** SSH over the HTTPS port has a host name of its own (docs.gitlab.com/user/gitlab_com). */
const SSH_HOSTS: Readonly<Record<string, string>> = {
  'altssh.gitlab.com': 'gitlab.com',
  'ssh.github.com': 'github.com',
};

function parseUrl(text: string): Address | undefined {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const protocol = PROTOCOLS[url.protocol];
  if (!protocol || url.hostname === '') return undefined;
  const port = url.port === '' || Number(url.port) === OWN_PORTS[protocol] ? undefined : Number(url.port);
  return { protocol, host: url.hostname.toLowerCase(), port, path: url.pathname };
}

/** `[user@]host:path`; square brackets around the host hold a port or an IPv6 address. */
function parseScp(text: string): Address | undefined {
  const match = /^(?:[^@/\s[]+@)?(?:\[(?:[^@\]\s]+@)?([^\]\s]+)\]|([^:/\s[\]]{2,})):(?!\/\/)(.+)$/.exec(text);
  if (!match) return undefined;
  const [, bracketed, plain, path = ''] = match;
  if (plain) return { protocol: 'ssh', host: plain.toLowerCase(), path };
  const [, host = '', port] = /^(.+?)(?::(\d+))?$/.exec(bracketed ?? '') ?? [];
  const isIpv6 = (bracketed?.split(':').length ?? 0) > 2;
  if (isIpv6) return { protocol: 'ssh', host: `[${bracketed}]`.toLowerCase(), path };
  return {
    protocol: 'ssh',
    host: host.toLowerCase(),
    port: port === undefined || port === '22' ? undefined : Number(port),
    path,
  };
}

function stripPrefix(path: string, prefix: string): string {
  const trimmed = trimSlashes(path);
  return prefix !== '' && trimmed.startsWith(`${prefix}/`) ? trimmed.slice(prefix.length + 1) : trimmed;
}

function toRepo(path: string): string | undefined {
  // GitLab's pages of a repository lie behind "/-/".
  const repo = trimSlashes(path.replace(/\/-(?:\/.*)?$/, '')).replace(/\.git$/i, '');
  return /^[\w][\w.-]*(?:\/[\w][\w.-]*)+$/.test(repo) ? repo : undefined;
}

function toBaseUrl({ protocol, port }: Address, host: string): string {
  const isWeb = protocol === 'https' || protocol === 'http';
  return `${protocol === 'http' ? 'http' : 'https'}://${host}${isWeb && port !== undefined ? `:${port}` : ''}`;
}

function platformOf(host: string): RemotePlatform {
  if (host === 'github.com' || /^github\./.test(host)) return 'github';
  if (host === 'bitbucket.org' || /^bitbucket\./.test(host)) return 'bitbucket';
  if (/(?:^|\.)dev\.azure\.com$|\.visualstudio\.com$/.test(host)) return 'azure-devops';
  return host.split(/[.-]/).includes('gitlab') ? 'gitlab' : 'unknown';
}

function trimSlashes(text: string): string {
  return text.replace(/^\/+|\/+$/g, '');
}
