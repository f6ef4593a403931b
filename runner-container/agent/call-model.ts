import { readRetryAfterMs } from '../../shared/adapters/http/read-retry-after.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { ErrorCode } from '../../shared/kernel/errors.ts';
import { planWaitMs, type RetryPolicy } from '../../shared/kernel/retry.ts';
import { judgeModelStatus } from './model-answer.ts';
import type { ModelFailure } from './model-ledger.ts';
import { readEndpointWords } from './read-endpoint-words.ts';
import { createWatchdog, type Watchdog } from './watchdog.ts';

export interface CallModelDeps {
  /** When the endpoint asks for a longer pause than it allows, the run ends and is tried again later. */
  retry: RetryPolicy;
  activity: Watchdog;
  clock: Clock;
  /** No byte for this long means the connection is dead. */
  stallMs: number;
  /** Masks credentials in what the endpoint says. */
  redact: (text: string) => string;
}

export interface ModelCall {
  url: string;
  method: string;
  headers: Headers;
  body: ArrayBuffer;
}

export type ModelCallResult =
  | { kind: 'answered'; response: Response }
  /** `status`: of the last answer, where there was one. */
  | { kind: 'failed'; failure: ModelFailure; status?: number };

/** One model call with its retries. Throws only when `signal` aborts. */
export async function callModel(call: ModelCall, deps: CallModelDeps, signal: AbortSignal): Promise<ModelCallResult> {
  const { retry, clock, activity } = deps;
  for (let attempt = 1; ; attempt += 1) {
    const result = await tryOnce(call, deps, signal);
    if (result.kind === 'answered') return result;

    const pauseMs = planWaitMs(retry, attempt, { retryAfterMs: result.failure.retryAfterMs });
    if (!result.retry || pauseMs === undefined) return result;
    if (result.stalled) continue; // it has been waited for long enough
    const release = activity.hold();
    await clock.sleep(pauseMs, signal).finally(release);
  }
}

type Attempt =
  | { kind: 'answered'; response: Response }
  | { kind: 'failed'; failure: ModelFailure; status?: number; retry: boolean; stalled: boolean };

async function tryOnce(call: ModelCall, deps: CallModelDeps, signal: AbortSignal): Promise<Attempt> {
  const { clock, activity, stallMs, redact } = deps;
  const stall = watchForStall(clock, stallMs, signal);
  let response: Response;
  try {
    const ends = AbortSignal.any([signal, stall.signal]);
    // A redirect would carry the key's header to wherever it points.
    response = await fetch(call.url, { ...call, redirect: 'manual', signal: ends });
  } catch (cause) {
    stall.end();
    signal.throwIfAborted();
    const stalled = stall.signal.aborted;
    const detail = stalled ? 'The model endpoint sent nothing.' : 'The model endpoint could not be reached.';
    return { kind: 'failed', failure: { code: 'model-unavailable', detail, cause }, retry: true, stalled };
  }

  const judgement = judgeModelStatus(response.status);
  if (judgement.kind === 'usable')
    return { kind: 'answered', response: withPulse(response, [activity, stall], stall.end) };

  activity.touch();
  const detail = await describeAnswer(response, judgement.code, redact);
  stall.end();
  signal.throwIfAborted();
  const retryAfterMs = readRetryAfterMs(response.headers, clock.now());
  const failure: ModelFailure = {
    code: judgement.code,
    detail,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
  return { kind: 'failed', failure, status: response.status, retry: judgement.retry, stalled: false };
}

/**
 * With the endpoint's own words where it refused the request itself. What it says of a key may show half of it, and
 * what it says of an outage helps no person.
 */
async function describeAnswer(response: Response, code: ErrorCode, redact: CallModelDeps['redact']): Promise<string> {
  const words = code === 'model-refused' ? await readEndpointWords(response, redact) : undefined;
  if (words === undefined) await response.body?.cancel().catch(() => undefined);
  const answered = `The model endpoint answered with HTTP status ${response.status}`;
  return words === undefined ? `${answered}.` : `${answered}: "${words}"`;
}

interface StallWatch {
  signal: AbortSignal;
  touch(): void;
  end(): void;
}

function watchForStall(clock: Clock, stallMs: number, signal: AbortSignal): StallWatch {
  const stalled = new AbortController();
  const over = new AbortController();
  const watchdog = createWatchdog(clock, stallMs);
  watchdog.expired(AbortSignal.any([signal, over.signal])).then(
    () => stalled.abort(new DOMException('The model endpoint sent nothing', 'TimeoutError')),
    () => undefined, // the call ended first
  );
  return { signal: stalled.signal, touch: watchdog.touch, end: () => over.abort() };
}

/** The same answer; every byte of it is reported. */
function withPulse(response: Response, watchers: { touch(): void }[], end: () => void): Response {
  const headers = new Headers(response.headers);
  // The body is decoded by now.
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) headers.delete(name);

  const pulse = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      for (const watcher of watchers) watcher.touch();
      controller.enqueue(chunk);
    },
    flush: end,
  });
  return new Response(response.body?.pipeThrough(pulse) ?? null, { status: response.status, headers });
}
