/** One entry of a commit's tree. */
export interface TreeEntry {
  path: string;
  /** Git's mode: `100644`, `100755`, `120000` (link), `160000` (submodule). */
  mode: string;
  oid: string;
}

const MAX_HOPS = 20;

/**
 * Follows links inside a commit's tree, never outside it and never for ever: the path a link chain ends at, or
 * `undefined` when it leaves the tree or goes in circles. The result may name a file, a directory or nothing.
 * `linkTargets` is the content of every link by its path.
 */
export function resolveInTree(path: string, linkTargets: ReadonlyMap<string, string>): string | undefined {
  let hops = 0;
  const pending = path.split('/');
  const resolved: string[] = [];
  for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (resolved.pop() === undefined) return undefined;
      continue;
    }
    const target = linkTargets.get([...resolved, part].join('/'));
    if (target === undefined) {
      resolved.push(part);
      continue;
    }
    hops += 1;
    if (hops > MAX_HOPS || target.startsWith('/') || target === '') return undefined;
    pending.unshift(...target.split('/'));
  }
  return resolved.join('/');
}
