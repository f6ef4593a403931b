import { type Clock, SECOND } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { ApiRequest } from './api-request.ts';
import { type JiraHttpError, toTaskError, wasNeverSent } from './http-failure.ts';

export interface RequesterDeps {
  /** The site, or `https://api.atlassian.com/ex/jira/{cloudId}`. */
  baseUrl: string;
  /** With it the token is sent as Basic credentials, without as Bearer. */
  email?: string | undefined;
  apiToken: Secret;
  fetch: typeof fetch;
  clock: Clock;
  log: Log;
  /** Told of every request that goes out, retries included. */
  onRequest?: ((request: { method: string; path: string }) => void) | undefined;
  timeoutMs: number;
  /** Tries of one request, the first included. */
  maxAttempts: number;
  /** All waiting of one request together; a longer `Retry-After` is handed to the caller instead. */
  maxWaitMs: number;
  signal?: AbortSignal | undefined;
}

/** Sends one request and resolves with the parsed body, `undefined` when it is empty. */
export type Requester = (request: ApiRequest, signal?: AbortSignal) => Promise<unknown>;

/**
 * Sends requests to Jira's API. Repeatable requests are tried again after 429, 5xx, a broken connection, a timeout and an
 * unreadable answer. What would do harm twice (a comment, a transition) is tried again only when Jira cannot have done
 * it: after 429, and when no connection came about. Waiting goes through the clock and is bounded.
 *
 * @throws {TaskError} with a `jira-*` code; after an abort, the reason of the signal.
 */
export function createRequester(deps: RequesterDeps): Requester {
  return async (request, signal) => {
    const stop = anySignal(deps.signal, signal);
    let waitedMs = 0;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await sendOnce(request, deps, stop);
      } catch (error) {
        stop?.throwIfAborted();
        const waitMs = waitBeforeRetry(error, request, attempt);
        const tooLate = waitMs === undefined || attempt >= deps.maxAttempts || waitedMs + waitMs > deps.maxWaitMs;
        if (tooLate) throw error;
        deps.log.debug('jira request is tried again', { method: request.method, path: request.path, attempt, waitMs });
        await deps.clock.sleep(waitMs, stop);
        waitedMs += waitMs;
      }
    }
  };
}

/** Milliseconds to wait before another try, or `undefined` when there should be none. */
function waitBeforeRetry(error: unknown, request: ApiRequest, attempt: number): number | undefined {
  if (!(error instanceof TaskError)) return undefined;
  const isSafe =
    error.code === 'jira-rate-limited' ||
    (error.code === 'jira-unavailable' && (request.repeatable || wasNeverSent(error.cause)));
  return isSafe ? (error.retryAfterMs ?? 2 ** (attempt - 1) * SECOND) : undefined;
}

async function sendOnce(request: ApiRequest, deps: RequesterDeps, stop: AbortSignal | undefined): Promise<unknown> {
  const { response, text } = await exchange(request, deps, stop);
  const body = parseJson(text);
  if (response.ok && body !== unreadable) return body;
  const failure: JiraHttpError = { method: request.method, path: request.path, status: response.status };
  if (response.ok) throw new TaskError('jira-unavailable', { detail: 'Jira answered something that is not JSON' });
  throw toTaskError(failure, { headers: response.headers, body, apiToken: deps.apiToken });
}

async function exchange(request: ApiRequest, deps: RequesterDeps, stop: AbortSignal | undefined) {
  deps.onRequest?.({ method: request.method, path: request.path });
  // A real timer, unlike all other waiting: it guards a real socket, whatever time the clock says it is.
  const timeout = AbortSignal.timeout(deps.timeoutMs);
  try {
    const response = await deps.fetch(toUrl(request, deps.baseUrl), {
      method: request.method,
      headers: {
        accept: 'application/json',
        authorization: authorization(deps),
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      // Jira's API does not redirect; a login page or another host must not get our request.
      redirect: 'manual',
      signal: anySignal(stop, timeout) ?? timeout,
    });
    return { response, text: await response.text() };
  } catch (cause) {
    stop?.throwIfAborted();
    throw new TaskError('jira-unavailable', { cause });
  }
}

function toUrl({ path, query }: ApiRequest, baseUrl: string): URL {
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}/rest/api/3/${path}`);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, String(value));
  return url;
}

function authorization({ email, apiToken }: RequesterDeps): string {
  if (!email) return `Bearer ${apiToken.reveal()}`;
  return `Basic ${Buffer.from(`${email}:${apiToken.reveal()}`).toString('base64')}`;
}

const unreadable = Symbol('unreadable');

function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return unreadable;
  }
}

function anySignal(...signals: (AbortSignal | undefined)[]): AbortSignal | undefined {
  const present = signals.filter((signal) => signal !== undefined);
  return present.length > 1 ? AbortSignal.any(present) : present[0];
}
