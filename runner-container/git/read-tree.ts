import type { Repository } from './git.ts';
import { listEntries } from './list-entries.ts';
import { readBlobSizes, readBlobs } from './read-blobs.ts';
import { resolveInTree, type TreeEntry } from './tree-links.ts';

export interface TreeFile {
  /** Where it was asked for; a link keeps its own name. */
  path: string;
  content: string;
}

export interface ReadLimits {
  maxFiles: number;
  /** Larger files are left out. */
  maxFileBytes: number;
  /** Reading stops before this is exceeded. */
  maxTotalBytes: number;
}

const MAX_LINKS = 1000;
const MAX_LINK_BYTES = 4096;

/**
 * Reads text files from a commit's objects, never from the work tree. Links are followed inside the commit only; a file
 * reached by several names is read once; binary files are left out. `select` gets every path, where a linked directory
 * shows the paths below it.
 */
export async function readTree(
  repository: Repository,
  { commit, select, limits }: { commit: string; select: (path: string) => boolean; limits: ReadLimits },
  signal: AbortSignal,
): Promise<TreeFile[]> {
  const entries = await listEntries(repository, commit, signal);
  const chosen = chooseFiles(entries, await readLinks(repository, entries, signal), select).slice(0, limits.maxFiles);
  const sizes = await readBlobSizes(
    repository,
    chosen.map(({ oid }) => oid),
    signal,
  );

  let total = 0;
  const affordable = chosen.filter(({ oid }) => {
    const size = sizes.get(oid);
    if (size === undefined || size > limits.maxFileBytes || total + size > limits.maxTotalBytes) return false;
    total += size;
    return true;
  });
  const blobs = await readBlobs(
    repository,
    affordable.map(({ oid }) => oid),
    signal,
  );
  return affordable.flatMap(({ path, oid }) => {
    const blob = blobs.get(oid);
    return blob && !blob.includes(0) ? [{ path, content: blob.toString('utf8') }] : [];
  });
}

async function readLinks(
  repository: Repository,
  entries: readonly TreeEntry[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const links = entries.filter(({ mode }) => mode === '120000').slice(0, MAX_LINKS);
  const sizes = await readBlobSizes(
    repository,
    links.map(({ oid }) => oid),
    signal,
  );
  const sane = links.filter(({ oid }) => (sizes.get(oid) ?? Number.POSITIVE_INFINITY) <= MAX_LINK_BYTES);
  const targets = await readBlobs(
    repository,
    sane.map(({ oid }) => oid),
    signal,
  );
  // A link that was not read leads nowhere: an empty target does not resolve.
  return new Map(
    entries
      .filter(({ mode }) => mode === '120000')
      .map(({ path, oid }) => [path, sane.length > 0 ? (targets.get(oid)?.toString('utf8') ?? '') : '']),
  );
}

function chooseFiles(
  entries: readonly TreeEntry[],
  links: ReadonlyMap<string, string>,
  select: (path: string) => boolean,
): { path: string; oid: string }[] {
  const files = new Map(entries.filter(({ mode }) => mode.startsWith('100')).map(({ path, oid }) => [path, oid]));
  const chosen = new Map<string, { path: string; oid: string }>();
  const choose = (path: string, realPath: string) => {
    const oid = files.get(realPath);
    if (oid && select(path) && !chosen.has(realPath)) chosen.set(realPath, { path, oid });
  };
  for (const path of files.keys()) choose(path, path);
  for (const link of links.keys()) {
    const target = resolveInTree(link, links);
    if (target === undefined) continue;
    choose(link, target);
    const prefix = target === '' ? undefined : `${target}/`;
    if (!prefix) continue;
    for (const path of files.keys()) if (path.startsWith(prefix)) choose(`${link}/${path.slice(prefix.length)}`, path);
  }
  return [...chosen.values()];
}
