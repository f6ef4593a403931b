/** One file names another. */
export interface Import {
  from: string;
  to: string;
}

/** A way through folders back to where it began; `imports[n]` leads from `folders[n]` to the next one. */
export interface FolderRing {
  /** Siblings, or a folder's own files (by its name) and folders below it. Sorted so that the first is the smallest. */
  folders: string[];
  imports: Import[];
}

type Arrows = Map<string, Map<string, Import>>;

/**
 * Rings between folders, each folder with all that is below it: every level of the tree is looked at, so that a ring
 * through several levels is found where its ways part. Names the shortest ring of each folder that is in one; equal
 * rings once.
 */
export function findFolderRings(imports: readonly Import[]): FolderRing[] {
  const levels = new Map<string, Arrows>();
  for (const one of imports) {
    const { parent, from, to } = partWays(one);
    if (from === to) continue;
    const arrows = getOrAdd(levels, parent, (): Arrows => new Map());
    const targets = getOrAdd(arrows, from, (): Map<string, Import> => new Map());
    if (!targets.has(to)) targets.set(to, one);
  }
  const rings = new Map<string, FolderRing>();
  for (const arrows of levels.values()) {
    for (const start of [...arrows.keys()].sort()) {
      const folders = findShortestRing(start, arrows);
      const key = folders?.toSorted().join('\n');
      if (folders && key !== undefined && !rings.has(key)) rings.set(key, describeRing(folders, arrows));
    }
  }
  return [...rings.values()];
}

/** The lowest folder that holds both files, and the two of its folders they stand in; itself for a file of its own. */
function partWays({ from, to }: Import): { parent: string; from: string; to: string } {
  const [a, b] = [from.split('/'), to.split('/')];
  let depth = 0;
  while (depth < a.length - 1 && depth < b.length - 1 && a[depth] === b[depth]) depth += 1;
  const folderOf = (parts: readonly string[]) => parts.slice(0, Math.min(depth + 1, parts.length - 1)).join('/');
  return { parent: a.slice(0, depth).join('/'), from: folderOf(a), to: folderOf(b) };
}

function findShortestRing(start: string, arrows: Arrows): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const open = [start];
  for (const folder of open) {
    for (const next of arrows.get(folder)?.keys() ?? []) {
      if (next === start) return walkBack(folder, cameFrom);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, folder);
      open.push(next);
    }
  }
  return undefined;
}

function walkBack(last: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [last];
  for (let before = cameFrom.get(last); before !== undefined; before = cameFrom.get(before)) way.unshift(before);
  return way;
}

function describeRing(way: readonly string[], arrows: Arrows): FolderRing {
  const first = way.indexOf(way.toSorted()[0] ?? '');
  const folders = [...way.slice(first), ...way.slice(0, first)];
  const imports = folders.flatMap((folder, index) => {
    const next = folders[(index + 1) % folders.length] ?? folder;
    return arrows.get(folder)?.get(next) ?? [];
  });
  return { folders, imports };
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const value = map.get(key) ?? create();
  map.set(key, value);
  return value;
}
