import { expect, it } from 'vitest';

import { createSeenItems, type Seen } from './seen-items.ts';

interface Item {
  id: string;
  updatedAt: number;
}

/** What was remembered of an item when it was looked at. */
function createMemory() {
  let remembered: Seen | undefined;
  const items = createSeenItems<Item>({
    keyOf: ({ id }) => id,
    isUnchanged: (item, seen) => {
      remembered = seen;
      return seen?.updatedAt === item.updatedAt;
    },
  });
  const recall = (item: Item) => {
    items.isUnchanged(item);
    return remembered;
  };
  return { items, recall };
}

const first = { id: 'a', updatedAt: 100 };
const moved = { id: 'a', updatedAt: 200 };

it('remembers each item with its state and when it was read, and nothing of an item it never saw', () => {
  const { items, recall } = createMemory();
  expect(recall(first)).toBeUndefined();
  items.handled(first, 150);
  expect(recall(first)).toEqual({ updatedAt: 100, readAt: 150, failures: 0 });
  expect([items.isUnchanged(first), items.isUnchanged(moved)]).toEqual([true, false]);
  expect(recall({ id: 'b', updatedAt: 100 })).toBeUndefined();
});

it('gives an item up at its fifth failure in one state', () => {
  const { items, recall } = createMemory();
  expect([1, 2, 3, 4, 5, 6].map(() => items.failed(first))).toEqual([false, false, false, false, true, true]);
  expect(recall(first)).toEqual({ updatedAt: 100, readAt: 0, failures: 6 });
});

it.each<{ name: string; between: (items: ReturnType<typeof createMemory>['items']) => void; next: Item }>([
  { name: 'has moved', between: () => {}, next: moved },
  { name: 'was handled', between: (items) => items.handled(first, 150), next: first },
])('counts anew when the item $name', ({ between, next }) => {
  const { items } = createMemory();
  for (let count = 0; count < 4; count += 1) items.failed(first);
  between(items);
  expect([1, 2, 3, 4, 5].map(() => items.failed(next))).toEqual([false, false, false, false, true]);
});

it('counts the failures of each item for itself', () => {
  const { items } = createMemory();
  for (let count = 0; count < 4; count += 1) items.failed(first);
  expect(items.failed({ id: 'b', updatedAt: 100 })).toBe(false);
});
