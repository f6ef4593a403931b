import type { HttpHandler, HttpRequest, HttpResponseInit } from '@azure/functions';
import type { Metrics } from '../../shared/domain/ports/metrics.ts';
import { type Clock, SECOND } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import type { Log } from '../../shared/kernel/log.ts';
import { MappingError } from '../../shared/services/projects/mapping-error.ts';
import { clientKey } from './client-key.ts';
import { decodeBody } from './decode-body.ts';
import { createRateLimiter, type Rate, REFUSED_RATE } from './rate-limiter.ts';
import { readCappedBody } from './read-capped-body.ts';
import { accepted, later, refused, skipped } from './responses.ts';
import { withDeadline } from './with-deadline.ts';

export interface Delivery {
  headers: HttpRequest['headers'];
  /** The bytes as they came. */
  rawBody: Buffer;
  /** The same as text, without a byte order mark. */
  readonly text: string;
}

/** Durable as a run, durable as something that needs none, or not for us. */
export type DeliveryResult = { runId: string; duplicate: boolean } | { noted: string } | { skipped: string };

export interface WebhookHandlerDeps {
  source: 'gitlab' | 'jira';
  /** Decides by header and bytes alone; nothing is parsed, stored or asked for before it says yes. */
  verify: (delivery: Delivery) => { verified: true } | { verified: false; reason: string };
  handle: (delivery: Delivery) => Promise<DeliveryResult>;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  /** Per sender and instance. */
  limits?: RequestLimits;
}

/** Two buckets for each sender: what was believed never waits for what was not. */
export interface RequestLimits {
  verified: Rate;
  refused: Rate;
}

export const MAX_BODY_BYTES = 2 * 1024 * 1024;

/**
 * A busy instance of GitLab or Jira is one sender, for hooks with the secret and for hooks that were set up without it.
 */
const LIMITS: RequestLimits = { verified: { capacity: 2000, refillPerSecond: 50 }, refused: REFUSED_RATE };

const RETRY_AFTER_MS = 30 * SECOND;

/** GitLab waits 10 seconds for an answer and then counts the delivery as failed. */
const ANSWER_WITHIN_MS = 8 * SECOND;

/**
 * What stands before every webhook: content encoding (415), body cap (413), check of the sender (401), rate limit per sender (429), then the
 * event itself: 202 with a run, 200 with the reason it is not for us, 503 while something we need is away.
 *
 * The check comes before the limit because many senders may share one address: those without the secret spend a bucket
 * of their own, and cannot make GitLab switch a good hook off. It costs one hash over a body that was read already.
 */
export function createWebhookHandler(deps: WebhookHandlerDeps): HttpHandler {
  const { clock, limits = LIMITS } = deps;
  const verifiedLimiter = createRateLimiter({ ...limits.verified, clock });
  const refusedLimiter = createRateLimiter({ ...limits.refused, clock });
  const reportRefusal = createRefusalReport(deps);

  const slowDown = (waitMs: number) => {
    deps.metrics.webhookFailed({ source: deps.source, reason: 'rate-limited' });
    return later(429, 'rate-limited', waitMs);
  };

  return async (request) => {
    const sender = clientKey(request.headers);
    const refuse = (status: 400 | 401 | 413 | 415, error: string, reason: string) => {
      const waitMs = refusedLimiter.take(sender);
      if (waitMs !== undefined) return slowDown(waitMs);
      reportRefusal(reason, sender);
      return refused(status, error);
    };

    if (!isPlain(request.headers)) return refuse(415, 'content-encoding-unsupported', 'content-encoding');
    const body = await readCappedBody(request, MAX_BODY_BYTES);
    if (body.kind === 'too-large') return refuse(413, 'body-too-large', 'too-large');
    if (body.kind === 'broken') return refuse(400, 'body-unreadable', 'unreadable');

    const delivery: Delivery = {
      headers: request.headers,
      rawBody: body.bytes,
      get text() {
        return decodeBody(body.bytes); // Not before the sender is known.
      },
    };
    const sent = deps.verify(delivery);
    if (!sent.verified) return refuse(401, 'unauthorized', sent.reason);

    const waitMs = verifiedLimiter.take(sender);
    return waitMs === undefined ? respond(delivery, deps) : slowDown(waitMs);
  };
}

/** Compressed bodies are not read: neither GitLab nor Jira sends any. */
function isPlain(headers: Delivery['headers']): boolean {
  return /^(identity)?$/i.test(headers.get('content-encoding')?.trim() ?? '');
}

async function respond(delivery: Delivery, deps: WebhookHandlerDeps): Promise<HttpResponseInit> {
  const { source, metrics } = deps;
  try {
    const deadline = { ms: ANSWER_WITHIN_MS, late: () => new LateError(), clock: deps.clock };
    const result = await withDeadline(deadline, () => deps.handle(delivery));
    if ('skipped' in result) {
      metrics.webhookReceived({ source, result: result.skipped });
      return skipped(result.skipped);
    }
    if ('noted' in result) {
      metrics.webhookReceived({ source, result: result.noted });
      return accepted(result);
    }
    metrics.webhookReceived({ source, result: result.duplicate ? 'duplicate' : 'admitted' });
    return accepted(result.duplicate ? result : { runId: result.runId });
  } catch (error) {
    return answerFailure(error, deps);
  }
}

function answerFailure(error: unknown, { source, metrics, log }: WebhookHandlerDeps): HttpResponseInit {
  const code = nameFailure(error);
  metrics.webhookFailed({ source, reason: code });
  if (code === 'task-too-large') {
    // Sending it again cannot help, and the sender has done nothing wrong.
    log.error('webhook task too large', { source, error });
    return skipped(code);
  }
  if (code === 'unexpected') {
    log.error('webhook failed', { source, error });
    return refused(500, code);
  }
  log.warn('webhook not handled', { source, code, error });
  const afterMs = error instanceof TaskError ? error.retryAfterMs : undefined;
  return later(503, code, afterMs ?? RETRY_AFTER_MS);
}

/** A refusal of GitLab, Jira, storage or the vault is ours to repair, so the sender may come back: 503. */
function nameFailure(error: unknown): string {
  if (error instanceof MappingError) return 'project-map';
  if (error instanceof LateError) return 'too-late';
  return error instanceof TaskError ? error.code : 'unexpected';
}

function createRefusalReport({ source, log, metrics }: WebhookHandlerDeps) {
  let saidNotConfigured = false;
  return (reason: string, sender: string) => {
    metrics.webhookFailed({ source, reason });
    if (reason !== 'not-configured') log.warn('webhook refused', { source, reason, sender });
    else if (!saidNotConfigured) log.error('webhook refused', { source, reason });
    saidNotConfigured ||= reason === 'not-configured';
  };
}

/** A delivery could not be handled in time; what was begun goes on, and the same delivery again finds it. */
class LateError extends Error {
  override readonly name = 'LateError';
}
