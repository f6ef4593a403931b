import type { ModelSettings, ProviderModelSettings } from './model-settings.ts';

/** Where the runtime believes the model is. `.invalid` never resolves, so a call that goes around us goes nowhere. */
const STAND_IN_ORIGIN = 'http://model.invalid';

/** The runtime's provider settings: the same path as the real endpoint, but neither its host nor its key. */
export function standInBaseUrl({ baseUrl }: ProviderModelSettings): string {
  return `${STAND_IN_ORIGIN}${new URL(baseUrl).pathname.replace(/\/$/, '')}`;
}

/**
 * The real address and headers of a call the runtime asked for; `undefined` when it is not for the model. The key is
 * spent here. The check is for a runtime in the agent's hands: it must not reach anything else through the runner.
 */
export function toUpstreamRequest(
  settings: ModelSettings,
  call: { url: string; headers: Headers },
): { url: string; headers: Headers } | undefined {
  if (!isForModel(settings, new URL(call.url))) return undefined;
  const headers = new Headers(call.headers);
  // fetch sets these for its own connection.
  for (const name of ['host', 'content-length', 'connection', 'accept-encoding']) headers.delete(name);
  if (settings.kind === 'github') return { url: call.url, headers };

  for (const name of ['authorization', 'api-key', 'x-api-key']) headers.delete(name);
  if (settings.apiKey) {
    const [name, prefix] = KEY_HEADERS[settings.type];
    headers.set(name, `${prefix}${settings.apiKey.reveal()}`);
  }
  const { pathname, search } = new URL(call.url);
  return { url: `${new URL(settings.baseUrl).origin}${pathname}${search}`, headers };
}

function isForModel(settings: ModelSettings, { origin, protocol, hostname, pathname }: URL): boolean {
  if (settings.kind === 'github') {
    return protocol === 'https:' && GITHUB_HOSTS.some((host) => hostname === host || hostname.endsWith(`.${host}`));
  }
  const base = new URL(standInBaseUrl(settings));
  return origin === base.origin && `${pathname}/`.startsWith(base.pathname === '/' ? '/' : `${base.pathname}/`);
}

/** github.com, and GitHub Enterprise Cloud with data residency. */
const GITHUB_HOSTS = ['githubcopilot.com', 'github.com', 'ghe.com'];

const KEY_HEADERS = {
  openai: ['authorization', 'Bearer '],
  azure: ['api-key', ''],
  anthropic: ['x-api-key', ''],
} as const;
