import type { AccessTokens } from '../../domain/ports/access-tokens.ts';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import { RETRY } from '../../kernel/retry.ts';
import type { Secret } from '../../kernel/secret.ts';
import { createHttpClient, type HttpClientDeps } from '../http/create-http-client.ts';
import type { ApiRequest } from './api-request.ts';
import { readRefusal } from './read-refusal.ts';

export interface RequesterDeps extends Pick<HttpClientDeps, 'clock' | 'log' | 'fetch' | 'onRequest' | 'signal'> {
  /** The site, or `https://api.atlassian.com/ex/jira/{cloudId}`. */
  baseUrl: string;
  credential: JiraCredential;
  /** One request, answer included; 30 s unless given. */
  timeoutMs?: number;
  /** Tries of one request, the first included; 5 unless given. */
  maxAttempts?: number;
  /**
   * All waiting of one request together; a longer `Retry-After` is handed to the caller instead. 1 min unless given.
   */
  maxWaitMs?: number;
}

/**
 * An API token, which with an e-mail address is sent as Basic credentials and without as Bearer; or tokens of OAuth,
 * which change.
 */
export type JiraCredential =
  | { kind: 'token'; email?: string | undefined; apiToken: Secret }
  | { kind: 'oauth'; accessTokens: AccessTokens };

/** Sends one request and resolves with the parsed body, `undefined` when it is empty. */
export type Requester = (request: ApiRequest, signal?: AbortSignal) => Promise<unknown>;

/**
 * Sends requests to Jira's API. Repeatable requests are tried again after every failure that may pass. What would do
 * harm twice (a comment, a transition) is tried again only when Jira cannot have done it. Jira's API does not redirect:
 * a login page or another host must not get our request. A token of OAuth that Jira refuses is replaced, and the
 * request sent again, once.
 * @throws {TaskError} with a `jira-*` code; after an abort, the reason of the signal.
 */
export function createRequester(deps: RequesterDeps): Requester {
  const { baseUrl, credential, timeoutMs = 30 * SECOND, maxAttempts = 5, maxWaitMs = MINUTE, ...common } = deps;
  const send = createHttpClient({
    ...common,
    service: 'jira',
    title: 'Jira',
    urlSetting: 'JIRA_URL',
    headers: {},
    readRefusal,
    policy: {
      ...RETRY.jiraRequest,
      maxAttempts,
      longestAsked: { ms: maxWaitMs, beyond: 'stop' },
      longestTotalMs: maxWaitMs,
    },
    timeoutMs,
  });
  return async (request, signal) => {
    const { method, path, body, repeatable } = request;
    const repeat = repeatable ? 'always' : 'when-not-done';
    const call = { method, path, url: toUrl(request, baseUrl), body, repeat } as const;
    const answer = await withCredential(credential, (headers, token) =>
      send({ ...call, headers, secrets: [token] }, signal),
    );
    return answer.body ?? undefined;
  };
}

function toUrl({ path, query }: ApiRequest, baseUrl: string): URL {
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}/rest/api/3/${path}`);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, String(value));
  return url;
}

type Send<T> = (headers: { authorization: string }, token: Secret) => Promise<T>;

/** Jira has done nothing where it answers 401, so also what would do harm twice can be sent again. */
async function withCredential<T>(credential: JiraCredential, send: Send<T>): Promise<T> {
  if (credential.kind === 'token') return send({ authorization: authorization(credential) }, credential.apiToken);
  const { accessTokens } = credential;
  const token = await accessTokens.get();
  try {
    return await send({ authorization: `Bearer ${token.reveal()}` }, token);
  } catch (error) {
    if (!(error instanceof TaskError) || error.code !== 'jira-unauthorized') throw error;
    const fresh = await accessTokens.replace(token);
    if (fresh.matches(token.reveal())) throw error;
    return send({ authorization: `Bearer ${fresh.reveal()}` }, fresh);
  }
}

function authorization({ email, apiToken }: Extract<JiraCredential, { kind: 'token' }>): string {
  if (!email) return `Bearer ${apiToken.reveal()}`;
  return `Basic ${Buffer.from(`${email}:${apiToken.reveal()}`).toString('base64')}`;
}
