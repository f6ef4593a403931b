import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Facts } from '../facts/read-facts.ts';

/** A promise that was not kept. */
export interface Violation {
  kind: 'duplicate' | 'loss' | 'stuck' | 'leak' | 'defect' | 'late';
  what: string;
  /** Ids to find the log lines by: runs, issue keys, merge requests. */
  ids: string[];
}

export type Check = (facts: Facts, torture: TortureEnvironment) => Violation[];

/** The keys that occur more than once, each with its items. */
export function findRepeated<T>(items: readonly T[], keyOf: (item: T) => string): { key: string; items: T[] }[] {
  const groups = Map.groupBy(items, keyOf);
  return [...groups].flatMap(([key, group]) => (group.length > 1 ? [{ key, items: group }] : []));
}
