import { MINUTE, SECOND } from '../../kernel/clock.ts';
import { RETRY } from '../../kernel/retry.ts';
import type { Secret } from '../../kernel/secret.ts';
import { createHttpClient, type HttpClientDeps } from '../http/create-http-client.ts';
import type { ApiRequest } from './api-request.ts';
import { readRefusal } from './read-refusal.ts';

export interface RequesterDeps extends Pick<HttpClientDeps, 'clock' | 'log' | 'fetch' | 'onRequest' | 'signal'> {
  /** The site, or `https://api.atlassian.com/ex/jira/{cloudId}`. */
  baseUrl: string;
  /** With it the token is sent as Basic credentials, without as Bearer. */
  email?: string | undefined;
  apiToken: Secret;
  /** One request, answer included; 30 s unless given. */
  timeoutMs?: number;
  /** Tries of one request, the first included; 5 unless given. */
  maxAttempts?: number;
  /** All waiting of one request together; a longer `Retry-After` is handed to the caller instead. 1 min unless given. */
  maxWaitMs?: number;
}

/** Sends one request and resolves with the parsed body, `undefined` when it is empty. */
export type Requester = (request: ApiRequest, signal?: AbortSignal) => Promise<unknown>;

/**
 * Sends requests to Jira's API. Repeatable requests are tried again after every failure that may pass. What would do harm
 * twice (a comment, a transition) is tried again only when Jira cannot have done it. Jira's API does not redirect: a login
 * page or another host must not get our request.
 * @throws {TaskError} with a `jira-*` code; after an abort, the reason of the signal.
 */
export function createRequester(deps: RequesterDeps): Requester {
  const { baseUrl, apiToken, timeoutMs = 30 * SECOND, maxAttempts = 5, maxWaitMs = MINUTE, email, ...common } = deps;
  const send = createHttpClient({
    ...common,
    service: 'jira',
    title: 'Jira',
    urlSetting: 'JIRA_URL',
    token: apiToken,
    headers: { authorization: authorization(email, apiToken) },
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
    const answer = await send({ method, path, url: toUrl(request, baseUrl), body, repeat }, signal);
    return answer.body ?? undefined;
  };
}

function toUrl({ path, query }: ApiRequest, baseUrl: string): URL {
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}/rest/api/3/${path}`);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, String(value));
  return url;
}

function authorization(email: string | undefined, apiToken: Secret): string {
  if (!email) return `Bearer ${apiToken.reveal()}`;
  return `Basic ${Buffer.from(`${email}:${apiToken.reveal()}`).toString('base64')}`;
}
