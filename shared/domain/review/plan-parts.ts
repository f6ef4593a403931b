import { isReadLast } from './read-last.ts';

/**
 * What one session of a review reads. A diff beyond it fills the window of a model together with the code around it;
 * the runtime would then summarise what was read first, and the model would judge from its summary.
 */
export const PART_LIMITS = { maxCharacters: 160_000, maxFiles: 80, maxParts: 16 } as const;

/** A file of the diff, or a piece of one that is too long for one part. */
export interface PartItem {
  newPath: string;
  /** Of its diff. */
  characters: number;
}

/** Where each item is read; `beyond` holds those that no part has room for. */
export interface PartsPlan<Item> {
  parts: Item[][];
  beyond: Item[];
}

/**
 * Puts the files of a large change into parts, always the same way: directories stay together where they fit, and what
 * people wrote comes before lock files, vendored and generated ones. One part holds everything where it fits.
 */
export function planParts<Item extends PartItem>(
  items: readonly Item[],
  limits: Record<keyof typeof PART_LIMITS, number> = PART_LIMITS,
): PartsPlan<Item> {
  const fits = (some: readonly Item[]) =>
    some.length <= limits.maxFiles && countCharacters(some) <= limits.maxCharacters;
  if (fits(items)) return { parts: [[...items]], beyond: [] };
  const sorted = items.toSorted((left, right) => comparePaths(left.newPath, right.newPath));
  const [last, first] = [true, false].map((wanted) => sorted.filter(({ newPath }) => isReadLast(newPath) === wanted));
  const parts: Item[][] = [];
  for (const group of [first, last].flatMap((some = []) => groupByDirectory(some, 0, fits))) {
    const open = parts.at(-1);
    if (open && fits([...open, ...group])) open.push(...group);
    else parts.push(group);
  }
  return { parts: parts.slice(0, limits.maxParts), beyond: parts.slice(limits.maxParts).flat() };
}

/** The largest directories that fit, and single files where one does not. */
function groupByDirectory<Item extends PartItem>(
  items: readonly Item[],
  depth: number,
  fits: (some: readonly Item[]) => boolean,
): Item[][] {
  if (items.length === 0) return [];
  if (items.length === 1 || fits(items)) return [[...items]];
  // Pieces of one file: there is no directory left to go by.
  if (items.every(({ newPath }) => newPath.split('/').length <= depth)) return items.map((item) => [item]);
  const byName = Map.groupBy(items, ({ newPath }) =>
    newPath
      .split('/')
      .slice(0, depth + 1)
      .join('/'),
  );
  return [...byName.values()].flatMap((inside) => groupByDirectory(inside, depth + 1, fits));
}

function countCharacters(items: readonly PartItem[]): number {
  return items.reduce((total, { characters }) => total + characters, 0);
}

/** By directory, so that what stands in one stays together, and the same on every machine. */
function comparePaths(left: string, right: string): number {
  const [a, b] = [left.split('/'), right.split('/')];
  const at = a.findIndex((name, index) => name !== b[index]);
  if (at === -1) return a.length - b.length;
  const other = b[at];
  return other === undefined || (a[at] ?? '') > other ? 1 : -1;
}
