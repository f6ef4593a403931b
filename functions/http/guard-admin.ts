import type { HttpHandler } from '@azure/functions';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { Secret } from '../../shared/kernel/secret.ts';
import { clientKey } from './client-key.ts';
import { isAdmin } from './is-admin.ts';
import { createRateLimiter, REFUSED_RATE } from './rate-limiter.ts';
import { later, refused } from './responses.ts';

export interface AdminDeps {
  /** Without it every request is refused. */
  adminSecret?: Secret;
  clock: Pick<Clock, 'now'>;
}

/** Lets requests with the admin secret through, answers others 401, and 429 where one sender tries too often. */
export function guardAdmin({ adminSecret, clock }: AdminDeps, handler: HttpHandler): HttpHandler {
  const guesses = createRateLimiter({ ...REFUSED_RATE, clock });
  return (request, context) => {
    if (isAdmin(request, adminSecret)) return handler(request, context);
    // A sender with the secret never waits for senders without it.
    const tooManyMs = guesses.take(clientKey(request.headers));
    if (tooManyMs !== undefined) return later(429, 'rate-limited', tooManyMs);
    return refused(401, 'x-cmap-admin-secret is missing or wrong');
  };
}
