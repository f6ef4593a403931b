import type { Clock } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import { explainConnection, HttpStatusError, type Service, toTaskError } from './http-failure.ts';
import { readRetryAfterMs } from './read-retry-after.ts';

export interface Download {
  url: URL;
  /** For logs and errors: below the API's root, without the query. */
  path: string;
  /** Sent to the origin of `url` alone, so that no other host gets the credential. */
  headers: Record<string, string>;
  maxBytes: number;
  /** Whether bytes may come from there. Asked before a redirect is followed. */
  mayLeadTo: (url: URL) => boolean;
}

export interface DownloadDeps {
  service: Service;
  /** How the service is named to people. */
  title: string;
  /** All of it, redirects and the last byte included. */
  timeoutMs: number;
  clock: Pick<Clock, 'now'>;
  fetch?: typeof fetch | undefined;
  onRequest?: ((request: { method: string; path: string }) => void) | undefined;
  /** Aborts it. */
  signal?: AbortSignal | undefined;
}

/** Services redirect to where they keep the bytes, and that place once more to the nearest copy. */
const MAX_REDIRECTS = 3;

/**
 * Gets bytes, once: what fails is not tried again. They are counted as they arrive and after they are unpacked, so that
 * neither a wrong length nor a compressed answer makes this process hold more than `maxBytes`.
 * @throws {TaskError} `<service>-*`; after an abort, the reason of the signal.
 */
export async function download(wanted: Download, deps: DownloadDeps, signal?: AbortSignal): Promise<Uint8Array> {
  // A real timer: it guards a real socket, independent of the clock.
  const ends = [AbortSignal.timeout(deps.timeoutMs), signal, deps.signal].filter((one) => one !== undefined);
  try {
    const response = await followRedirects(wanted, deps, AbortSignal.any(ends));
    return await readAtMost(response, wanted.maxBytes, deps);
  } catch (cause) {
    signal?.throwIfAborted();
    deps.signal?.throwIfAborted();
    if (cause instanceof TaskError) throw cause;
    const detail = explainConnection(cause);
    throw new TaskError(`${deps.service}-unavailable`, { cause, ...(detail ? { detail } : {}) });
  }
}

async function followRedirects(
  { url: first, path, headers, mayLeadTo }: Download,
  { service, title, clock, fetch: send = fetch, onRequest }: DownloadDeps,
  signal: AbortSignal,
): Promise<Response> {
  let url = first;
  for (let redirects = 0; ; redirects += 1) {
    onRequest?.({ method: 'GET', path });
    const response = await send(url, {
      headers: { 'accept-encoding': 'identity', ...(url.origin === first.origin ? headers : {}) },
      redirect: 'manual',
      signal,
    });
    if (response.ok) return response;
    await response.body?.cancel();
    const { status } = response;
    const failure = new HttpStatusError('GET', path, status);
    if (status < 300 || status >= 400)
      throw toTaskError(service, failure, { retryAfterMs: readRetryAfterMs(response.headers, clock.now()) });
    const location = response.headers.get('location');
    const to = location === null ? null : URL.parse(location, url.href);
    if (!to || redirects === MAX_REDIRECTS || !mayLeadTo(to)) {
      const cause = new Error(`redirected to ${to?.origin ?? 'no address'}`, { cause: failure });
      throw new TaskError(`${service}-refused`, {
        cause,
        detail: `${title} sends it from an address that is not allowed`,
      });
    }
    url = to;
  }
}

async function readAtMost(response: Response, maxBytes: number, { service, title }: DownloadDeps): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop ends the connection.
    if (size > maxBytes) throw new TaskError(`${service}-refused`, { detail: `${title} sends more than it said` });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
