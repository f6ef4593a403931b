import { LRUCache } from 'lru-cache';
import { type Clock, SECOND } from '../../shared/kernel/clock.ts';
import { lazily } from '../../shared/kernel/lazily.ts';

export interface Rate {
  /** What a source may spend at once. */
  capacity: number;
  refillPerSecond: number;
}

/** Requests without the secret they need: some twenty from one sender, then one in two seconds. */
export const REFUSED_RATE: Rate = { capacity: 20, refillPerSecond: 0.5 };

export interface RateLimiterOptions extends Rate {
  /** Sources remembered; the one not seen for longest is forgotten first. */
  maxSources?: number;
  clock: Pick<Clock, 'now'>;
}

export interface RateLimiter {
  /** Spends one; milliseconds to wait when there is none left, otherwise `undefined`. */
  take(source: string): number | undefined;
}

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * A token bucket per source, in the memory of one instance. It does not protect the whole app, it keeps one
 * sender from taking an instance for itself.
 */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const { capacity, refillPerSecond, maxSources = 5000, clock } = options;
  // Room for all of them is made at once, which most limiters of a process never need.
  const buckets = lazily(() => new LRUCache<string, Bucket>({ max: maxSources }));

  function fill(source: string): Bucket {
    const now = clock.now();
    const known = buckets().get(source);
    const elapsedMs = known ? Math.max(0, now - known.at) : 0;
    const tokens = known ? Math.min(capacity, known.tokens + (elapsedMs / SECOND) * refillPerSecond) : capacity;
    const bucket = { tokens, at: now };
    buckets().set(source, bucket);
    return bucket;
  }

  return {
    take(source) {
      const bucket = fill(source);
      if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) / refillPerSecond) * SECOND);
      bucket.tokens -= 1;
      return undefined;
    },
  };
}
