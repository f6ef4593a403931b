import { MINUTE, SECOND } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import { RETRY } from '../../kernel/retry.ts';
import type { Secret } from '../../kernel/secret.ts';
import { createHttpClient, type HttpClientDeps } from '../http/create-http-client.ts';
import { readRefusal } from './read-refusal.ts';

export interface RequesterDeps extends Pick<HttpClientDeps, 'clock' | 'log' | 'fetch' | 'onRequest' | 'signal'> {
  token: Secret;
  /** With its sub-path when GitLab has one: `https://example.com/gitlab`. */
  baseUrl: string;
  /** One request, answer included; 30 s unless given. */
  timeoutMs?: number;
  /** Tries of one safe request, the first included; 4 unless given. */
  maxAttempts?: number;
  /** The longest single wait between tries; 1 min unless given. A longer `Retry-After` goes to the caller. */
  maxWaitMs?: number;
}

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v4/`, segments encoded. */
  path: string;
  query?: Record<string, unknown> | undefined;
  body?: unknown;
  /** Of a text, only the end. */
  tailBytes?: number;
}

interface ApiResponse {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

export type Requester = (request: ApiRequest) => Promise<ApiResponse>;

/**
 * Sends requests to GitLab's API. Safe requests (GET) are tried again, and follow the redirect of a project that was
 * moved (api/rest, redirects). Everything else is tried once, because GitLab may have done it although its answer was
 * lost.
 * @throws {TaskError} `gitlab-*`; after `signal` aborts, its reason.
 */
export function createRequester(deps: RequesterDeps): Requester {
  const { baseUrl, token, timeoutMs = 30 * SECOND, maxAttempts = 4, maxWaitMs = MINUTE, ...common } = deps;
  const send = createHttpClient({
    ...common,
    service: 'gitlab',
    title: 'GitLab',
    urlSetting: 'GITLAB_URL',
    token,
    headers: { 'private-token': token.reveal() },
    readRefusal,
    policy: { ...RETRY.gitlabRequest, maxAttempts, longestAsked: { ms: maxWaitMs, beyond: 'stop' } },
    timeoutMs,
  });
  return async (request) => {
    const { method, path, body, tailBytes } = request;
    // A GraphQL query is sent as POST and changes nothing.
    const isSafe = method === 'GET' || path === GRAPHQL;
    const url = toUrl(request, baseUrl);
    const answer = await send({
      method,
      path,
      url,
      body,
      tailBytes,
      repeat: isSafe ? 'always' : 'never',
      followsRedirects: method === 'GET',
    });
    return { ...answer, headers: Object.fromEntries(answer.headers) };
  };
}

/** The one path that is not below `/api/v4/`: https://docs.gitlab.com/api/graphql/ */
const GRAPHQL = 'graphql';

function toUrl({ path, query }: ApiRequest, baseUrl: string): URL {
  if (path.split('/').some((segment) => segment === '.' || segment === '..')) {
    // URL would resolve it to another resource.
    throw new TaskError('gitlab-not-found', { detail: 'a name of dots only' });
  }
  const root = `${baseUrl.replace(/\/+$/, '')}/api`;
  const url = new URL(path === GRAPHQL ? `${root}/graphql` : `${root}/v4/${path}`);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) url.searchParams.append(toSnakeCase(name), String(value));
  }
  return url;
}

/** `sourceBranch` as GitLab spells it: `source_branch`. */
export function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
