import type { Clock } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import { createRedactor } from '../../kernel/redaction/redact.ts';
import { type RetryPolicy, retry } from '../../kernel/retry.ts';
import type { Secret } from '../../kernel/secret.ts';
import { fitText } from '../../kernel/text/fit-text.ts';
import { explainConnection, HttpStatusError, type Service, toTaskError, wasNeverSent } from './http-failure.ts';
import { readRetryAfterMs } from './read-retry-after.ts';

export interface HttpCall {
  method: string;
  url: URL;
  /** For logs and errors: below the API's root, without the query. */
  path: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent in place of a body. */
  form?: FormData | undefined;
  /** When it is tried again: always, only where the service cannot have done it (429, no connection), or never. */
  repeat: 'always' | 'when-not-done' | 'never';
  /** Headers of this request alone, such as a token that changes. */
  headers?: Record<string, string>;
  /** Secrets in this request besides the token of the client: masked in what a service says about a refusal. */
  secrets?: readonly Secret[];
  /** The answer is text: only its last bytes are kept, however long it is. */
  tailBytes?: number | undefined;
  /** Follow redirects that stay on the origin; every other redirect is an error. */
  followsRedirects?: boolean;
}

export interface HttpResponse {
  status: number;
  headers: Headers;
  /** Parsed JSON; `null` when the answer was empty. With `tailBytes` text, of which the first line may be cut. */
  body: unknown;
}

/** @throws {TaskError} `<service>-*`; after an abort, the reason of the signal. */
export type HttpClient = (call: HttpCall, signal?: AbortSignal) => Promise<HttpResponse>;

export interface HttpClientDeps {
  service: Service;
  /** How the service is named to people, and the setting with its address. */
  title: string;
  urlSetting: string;
  token?: Secret | undefined;
  /** Headers of every request, the credentials among them. */
  headers: Record<string, string>;
  /** Why the service refused, from the body of its answer; empty where the status says everything. */
  readRefusal: (body: unknown, status: number) => string;
  policy: RetryPolicy;
  /** One request, answer included. */
  timeoutMs: number;
  clock: Clock;
  log: Log;
  fetch?: typeof fetch | undefined;
  /** Called for every request that goes out, retries included. */
  onRequest?: ((request: { method: string; path: string }) => void) | undefined;
  /** Aborts every request in flight and every wait. */
  signal?: AbortSignal | undefined;
}

const MAX_REDIRECTS = 3;
/** With the `…` of what was cut. */
const MAX_DETAIL_LENGTH = 301;

/**
 * Sends JSON requests to one service. Requests are tried again after 429, 5xx, a broken connection, a timeout and an
 * answer that is not JSON, as often and as long as the policy says; waiting goes through the clock. What a service says
 * about a refusal goes along on one line, with the token and everything that looks like one masked before it is cut.
 */
export function createHttpClient(deps: HttpClientDeps): HttpClient {
  const redactor = createRedactor();
  if (deps.token) redactor.add(deps.token);
  const describeRefusal = (body: unknown, status: number): string => {
    const text = deps.readRefusal(body, status).replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ');
    return fitText(redactor.redact(text).trim(), MAX_DETAIL_LENGTH);
  };
  return (call, signal) => {
    for (const secret of call.secrets ?? []) redactor.add(secret);
    const stop = anySignal(deps.signal, signal);
    const onWait = ({ attempt, waitMs, error }: { attempt: number; waitMs: number; error: unknown }) =>
      deps.log.debug(`${deps.service} request is tried again`, {
        method: call.method,
        path: call.path,
        attempt,
        waitMs,
        error,
      });
    const isTransient = (error: unknown) => mayRepeat(error, call, deps.service);
    return retry(
      () => sendOnce(call, describeRefusal, deps, stop),
      { policy: deps.policy, clock: deps.clock, isTransient, onWait },
      stop,
    );
  };
}

function mayRepeat(error: unknown, { repeat }: HttpCall, service: Service): boolean {
  if (!(error instanceof TaskError) || repeat === 'never') return false;
  if (error.code === `${service}-rate-limited`) return true;
  return error.code === `${service}-unavailable` && (repeat === 'always' || wasNeverSent(error.cause));
}

async function sendOnce(
  call: HttpCall,
  describeRefusal: (body: unknown, status: number) => string,
  deps: HttpClientDeps,
  stop: AbortSignal | undefined,
): Promise<HttpResponse> {
  const { service, clock } = deps;
  let { url } = call;
  for (let redirects = 0; ; redirects += 1) {
    const { response, text } = await exchange({ ...call, url }, deps, stop);
    const { status, headers } = response;
    const failure = new HttpStatusError(call.method, call.path, status);
    if (status >= 300 && status < 400) {
      url = findRedirect(response, { ...call, url, mayFollow: redirects < MAX_REDIRECTS }, failure, deps);
      continue;
    }
    if (response.ok && call.tailBytes !== undefined) return { status, headers, body: text };
    const body = text === '' ? null : parseJson(text); // What is no JSON: a proxy's page, a cut-off body.
    if (!response.ok) {
      const detail = describeRefusal(body, status);
      throw toTaskError(service, failure, { detail, retryAfterMs: readRetryAfterMs(headers, clock.now()) });
    }
    if (body === undefined) {
      const detail = `the answer to ${call.path} is not JSON`;
      throw new TaskError(`${service}-unavailable`, { cause: failure, detail });
    }
    return { status, headers, body };
  }
}

async function exchange(call: HttpCall, deps: HttpClientDeps, stop: AbortSignal | undefined) {
  deps.onRequest?.({ method: call.method, path: call.path });
  // A real timer, unlike all other waiting: it guards a real socket, independent of the clock.
  const timeout = AbortSignal.timeout(deps.timeoutMs);
  const hasBody = call.body !== undefined;
  try {
    const response = await (deps.fetch ?? fetch)(call.url, {
      method: call.method,
      headers: {
        accept: call.tailBytes === undefined ? 'application/json' : '*/*',
        ...deps.headers,
        ...call.headers,
        ...(hasBody ? { 'content-type': 'application/json' } : {}),
      },
      ...(hasBody ? { body: JSON.stringify(call.body) } : {}),
      ...(call.form ? { body: call.form } : {}),
      // Followed by hand where it may be: fetch would carry the token to any host.
      redirect: 'manual',
      signal: anySignal(stop, timeout) ?? timeout,
    });
    const isTail = call.tailBytes !== undefined && response.ok;
    return { response, text: isTail ? await readTail(response, call.tailBytes ?? 0) : await response.text() };
  } catch (cause) {
    stop?.throwIfAborted();
    const detail = explainConnection(cause);
    throw new TaskError(`${deps.service}-unavailable`, { cause, ...(detail ? { detail } : {}) });
  }
}

async function readTail({ body }: Response, tailBytes: number): Promise<string> {
  let tail = Buffer.alloc(0);
  for await (const chunk of body ?? []) tail = Buffer.concat([tail, chunk]).subarray(-tailBytes);
  // A character that was cut in the middle is none.
  return tail.toString('utf8').replace(/^\ufffd+/, '');
}

function findRedirect(
  response: Response,
  { url: from, method, path, followsRedirects = false, mayFollow }: HttpCall & { mayFollow: boolean },
  failure: HttpStatusError,
  { service, title, urlSetting }: HttpClientDeps,
): URL {
  const to = URL.parse(response.headers.get('location') ?? '', from.href);
  if (followsRedirects && to?.origin === from.origin && mayFollow) return to;
  const detail =
    to && to.origin !== from.origin
      ? `${title} redirects from ${from.origin} to ${to.origin}: check ${urlSetting}`
      : `${title} redirects ${method} ${path}: check ${urlSetting}`;
  throw new TaskError(`${service}-refused`, { cause: failure, detail });
}

function anySignal(...signals: (AbortSignal | undefined)[]): AbortSignal | undefined {
  const present = signals.filter((signal) => signal !== undefined);
  return present.length > 1 ? AbortSignal.any(present) : present[0];
}
