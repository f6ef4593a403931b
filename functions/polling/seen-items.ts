import { LRUCache } from 'lru-cache';

/** What this instance has handled lately, so that the overlap of two polls costs no second reading. */
export interface SeenItems<Item> {
  isUnchanged(item: Item): boolean;
  handled(item: Item, readAt: number): void;
  /** Counts failures at one state of the item; true when there were so many that it is given up. */
  failed(item: Item): boolean;
}

export interface Seen {
  updatedAt: number;
  /** 0 while it was never handled. */
  readAt: number;
  failures: number;
}

const MAX_REMEMBERED = 5000;
const MAX_FAILURES = 5;

/** Forgetting is harmless: an item is read again, and what was admitted is recognised. */
export function createSeenItems<Item extends { updatedAt: number }>({
  keyOf,
  isUnchanged,
}: {
  keyOf: (item: Item) => string;
  isUnchanged: (item: Item, seen: Seen | undefined) => boolean;
}): SeenItems<Item> {
  const seen = new LRUCache<string, Seen>({ max: MAX_REMEMBERED });
  return {
    isUnchanged: (item) => isUnchanged(item, seen.get(keyOf(item))),
    handled(item, readAt) {
      seen.set(keyOf(item), { updatedAt: item.updatedAt, readAt, failures: 0 });
    },
    failed(item) {
      const { updatedAt } = item;
      const before = seen.get(keyOf(item));
      const failures = (before?.updatedAt === updatedAt ? before.failures : 0) + 1;
      seen.set(keyOf(item), { updatedAt, readAt: 0, failures });
      return failures >= MAX_FAILURES;
    },
  };
}
