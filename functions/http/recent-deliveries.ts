import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

import { type Clock, HOUR } from '../../shared/kernel/clock.ts';
import { lazily } from '../../shared/kernel/lazily.ts';

/** The runs of deliveries this instance has admitted, so that the same delivery again needs no storage. */
export interface RecentDeliveries {
  find(key: string | undefined): string | undefined;
  remember(key: string | undefined, runId: string): void;
}

const MAX_REMEMBERED = 5000;
const LIFETIME_MS = HOUR;

/** Forgetting is harmless: a delivery that comes again is recognised by what it is about. */
export function createRecentDeliveries(clock: Pick<Clock, 'now'>): RecentDeliveries {
  const runs = lazily(() => new LRUCache<string, { runId: string; at: number }>({ max: MAX_REMEMBERED }));
  return {
    find(key) {
      const known = key === undefined ? undefined : runs().get(key);
      return known && clock.now() - known.at < LIFETIME_MS ? known.runId : undefined;
    },
    remember(key, runId) {
      if (key === undefined) return;
      runs().set(key, { runId, at: clock.now() });
    },
  };
}

/**
 * One delivery through all its retries: its id together with its body, because an id alone may be made up.
 * `undefined` for senders that give none. GitLab: `webhook-id`, before version 19 `Idempotency-Key`.
 */
export function deliveryKey(headers: { get(name: string): string | null }, rawBody: Uint8Array): string | undefined {
  const id = headers.get('webhook-id') ?? headers.get('idempotency-key');
  if (!id) return undefined;
  return createHash('sha256').update(`${id}\n`).update(rawBody).digest('hex');
}
