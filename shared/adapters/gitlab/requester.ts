import type { Clock } from '../../kernel/clock.ts';
import { SECOND } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Secret } from '../../kernel/secret.ts';
import { HttpStatusError, readRefusal, readRetryAfterMs, toTaskError } from './http-failure.ts';

export interface RequesterDeps {
  /** With its sub-path when GitLab has one: `https://example.com/gitlab`. */
  baseUrl: string;
  token: Secret;
  clock: Clock;
  log: Log;
  /** Told of every request that goes out, retries included. */
  onRequest?: ((request: { method: string; path: string }) => void) | undefined;
  timeoutMs: number;
  /** Tries of one safe request, the first included. */
  maxAttempts: number;
  /** A `Retry-After` above this is handed to the caller instead of being waited for. */
  maxWaitMs: number;
  signal?: AbortSignal | undefined;
}

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v4/`, segments encoded. */
  path: string;
  query?: Record<string, unknown> | undefined;
  body?: unknown;
}

interface ApiAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

export type Requester = (request: ApiRequest) => Promise<ApiAnswer>;

const MAX_REDIRECTS = 3;

/**
 * Sends requests to GitLab's API. Safe requests (GET) are tried again after 429, 5xx, a broken connection, a timeout
 * and an unreadable answer; waiting goes through the clock and is bounded. Everything else is tried once, because
 * GitLab may have done it although we did not hear so. Throws `TaskError`; after `signal` aborts, its reason.
 */
export function createRequester(deps: RequesterDeps): Requester {
  return async (request) => {
    const attempts = request.method === 'GET' ? deps.maxAttempts : 1;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await sendOnce(request, deps);
      } catch (error) {
        deps.signal?.throwIfAborted();
        const waitMs = error instanceof TaskError ? waitBeforeRetry(error, attempt) : undefined;
        if (waitMs === undefined || attempt >= attempts || waitMs > deps.maxWaitMs) throw error;
        deps.log.debug('gitlab request is tried again', { path: request.path, attempt, waitMs, error });
        await deps.clock.sleep(waitMs, deps.signal);
      }
    }
  };
}

/** Milliseconds to wait before another try, or `undefined` when trying again cannot help. */
function waitBeforeRetry(error: TaskError, attempt: number): number | undefined {
  if (error.code !== 'gitlab-unavailable' && error.code !== 'gitlab-rate-limited') return undefined;
  return error.retryAfterMs ?? 2 ** (attempt - 1) * SECOND;
}

async function sendOnce(request: ApiRequest, deps: RequesterDeps): Promise<ApiAnswer> {
  let url = toUrl(request, deps.baseUrl);
  for (let redirects = 0; ; redirects += 1) {
    const { response, text } = await exchange(url, request, deps);
    const failure = new HttpStatusError(request.method, request.path, response.status);
    if (response.status >= 300 && response.status < 400) {
      url = followable(response, url, request, redirects, failure);
      continue;
    }
    const body = parseBody(response, text);
    if (response.ok) {
      if (body === undefined) throw notUnderstood(request.path, failure);
      return { status: response.status, headers: Object.fromEntries(response.headers), body };
    }
    throw toTaskError(failure, readRefusal(body), readRetryAfterMs(response.headers, deps.clock.now()));
  }
}

async function exchange(url: URL, request: ApiRequest, deps: RequesterDeps) {
  deps.onRequest?.({ method: request.method, path: request.path });
  const timeout = AbortSignal.timeout(deps.timeoutMs);
  try {
    const response = await fetch(url, {
      method: request.method,
      headers: {
        accept: 'application/json',
        'private-token': deps.token.reveal(),
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      // Followed by hand: fetch would carry the token header to any host.
      redirect: 'manual',
      signal: deps.signal ? AbortSignal.any([deps.signal, timeout]) : timeout,
    });
    return { response, text: await response.text() };
  } catch (cause) {
    deps.signal?.throwIfAborted();
    throw new TaskError('gitlab-unavailable', { cause });
  }
}

/** A project that was moved redirects reading to its new place (api/rest, redirects); nothing else is followed. */
function followable(response: Response, from: URL, request: ApiRequest, redirects: number, failure: Error): URL {
  const to = URL.parse(response.headers.get('location') ?? '', from.href);
  if (request.method === 'GET' && to?.origin === from.origin && redirects < MAX_REDIRECTS) return to;
  const detail =
    to && to.origin !== from.origin
      ? `GitLab redirects from ${from.origin} to ${to.origin}: check GITLAB_URL`
      : `GitLab redirects ${request.method} ${request.path}`;
  throw new TaskError('gitlab-refused', { cause: failure, detail });
}

function toUrl({ path, query }: ApiRequest, baseUrl: string): URL {
  if (path.split('/').some((segment) => segment === '.' || segment === '..')) {
    // URL would resolve it to another resource.
    throw new TaskError('gitlab-not-found', { detail: 'a name of dots only' });
  }
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}/api/v4/${path}`);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) url.searchParams.append(toSnakeCase(name), String(value));
  }
  return url;
}

export function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `null` for an empty answer, `undefined` for one that is not JSON: a proxy's page, a cut-off body. */
function parseBody(response: Response, text: string): unknown {
  if (response.status === 204 || text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The caller knows whether that matters.
  }
}

function notUnderstood(path: string, cause: Error): TaskError {
  return new TaskError('gitlab-unavailable', { cause, detail: `the answer to ${path} is not JSON` });
}
