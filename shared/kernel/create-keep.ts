import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.ts';

/** What `work` resolves with: the call of this key that is under way, or its result where that is still kept. */
export type Keep = <Value>(key: string, work: () => Promise<Value>) => Promise<Value>;

/**
 * Keeps results for `ms` milliseconds, and those of `max` keys at most: the one not asked for longest goes first. A
 * failure is not kept. One key always stands for the same kind of value.
 */
export function createKeep({ ms, max, clock }: { ms: number; max: number; clock: Pick<Clock, 'now'> }): Keep {
  const kept = new LRUCache<string, { value: Promise<unknown>; until: number }>({ max });
  return <Value>(key: string, work: () => Promise<Value>) => {
    const known = kept.get(key);
    if (known && known.until > clock.now()) return known.value as Promise<Value>;
    const value = work();
    const entry = { value, until: Number.POSITIVE_INFINITY };
    kept.set(key, entry);
    value.then(
      () => {
        entry.until = clock.now() + ms;
      },
      // The caller gets the failure; a call that began meanwhile stays.
      () => kept.peek(key) === entry && kept.delete(key),
    );
    return value;
  };
}
