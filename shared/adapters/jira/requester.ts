import { MINUTE, SECOND } from '../../kernel/clock.ts';
import { RETRY } from '../../kernel/retry.ts';
import { createHttpClient, type HttpClientDeps } from '../http/create-http-client.ts';
import { type ApiRequest, toApiUrl } from './api-request.ts';
import { readRefusal } from './read-refusal.ts';
import { type JiraCredential, withCredential } from './with-credential.ts';

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

/** Jira takes files only from those who say that no browser sends them. */
const NO_CHECK = { 'x-atlassian-token': 'no-check' } as const;

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
    const { method, path, body, form, repeatable } = request;
    const repeat = repeatable ? 'always' : 'when-not-done';
    const call = { method, path, url: toApiUrl(request, baseUrl), body, form, repeat } as const;
    const answer = await withCredential(credential, (headers, token) =>
      send({ ...call, headers: { ...headers, ...(form ? NO_CHECK : {}) }, secrets: [token] }, signal),
    );
    return answer.body ?? undefined;
  };
}
