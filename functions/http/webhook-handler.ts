import type { HttpHandler } from '@azure/functions';
import { clientKey } from './client-key.ts';
import { decodeBody } from './decode-body.ts';
import type { Delivery } from './delivery.ts';
import { createRateLimiter, type Rate, REFUSED_RATE } from './rate-limiter.ts';
import { readCappedBody } from './read-capped-body.ts';
import { type RespondDeps, respondToDelivery } from './respond-to-delivery.ts';
import { later, refused } from './responses.ts';

export interface WebhookHandlerDeps extends RespondDeps {
  /** Decides by header and bytes alone; nothing is parsed, stored or asked for before it says yes. */
  verify: (delivery: Delivery) => { verified: true } | { verified: false; reason: string };
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

/**
 * What stands before every webhook: content encoding (415), body cap (413), check of the sender (401), rate limit per
 * sender (429), then the event itself: 202 with a run, 200 with the reason it is not for us, 503 while something we
 * need is away.
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
    return waitMs === undefined ? respondToDelivery(delivery, deps) : slowDown(waitMs);
  };
}

/** Compressed bodies are not read: neither GitLab nor Jira sends any. */
function isPlain(headers: Delivery['headers']): boolean {
  return /^(identity)?$/i.test(headers.get('content-encoding')?.trim() ?? '');
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
