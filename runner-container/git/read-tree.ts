import { decodeAnyText } from '../../shared/kernel/text/decode-text.ts';
import type { Repository } from './git.ts';
import { listEntries } from './list-entries.ts';
import { readBlobSizes, readBlobs } from './read-blobs.ts';
import { resolveInTree, type TreeEntry } from './tree-links.ts';

export interface TreeFile {
  /** Where it was asked for; a link keeps its own name. */
  path: string;
  content: string;
}

/** A file that was asked for and not read. */
export interface LeftOutFile {
  path: string;
  reason: 'too-large' | 'beyond-limits' | 'binary';
}

export interface ReadFiles {
  files: TreeFile[];
  leftOut: LeftOutFile[];
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
 * reached by several names is read once. UTF-16 is decoded; binary files are left out. `select` gets every path, where
 * a linked directory shows the paths below it.
 */
export async function readTree(
  repository: Repository,
  { commit, select, limits }: { commit: string; select: (path: string) => boolean; limits: ReadLimits },
  signal: AbortSignal,
): Promise<ReadFiles> {
  const entries = await listEntries(repository, commit, signal);
  const found = chooseFiles(entries, await readLinks(repository, entries, signal), select);
  const chosen = found.slice(0, limits.maxFiles);
  const leftOut: LeftOutFile[] = [];
  const leaveOut = (path: string, reason: LeftOutFile['reason']) => void leftOut.push({ path, reason });
  const sizes = await readBlobSizes(
    repository,
    chosen.map(({ oid }) => oid),
    signal,
  );

  let total = 0;
  const affordable = chosen.filter(({ path, oid }) => {
    const size = sizes.get(oid) ?? Number.POSITIVE_INFINITY;
    const isTooLarge = size > limits.maxFileBytes;
    if (isTooLarge || total + size > limits.maxTotalBytes) {
      leaveOut(path, isTooLarge ? 'too-large' : 'beyond-limits');
      return false;
    }
    total += size;
    return true;
  });
  for (const { path } of found.slice(limits.maxFiles)) leaveOut(path, 'beyond-limits');
  const blobs = await readBlobs(
    repository,
    affordable.map(({ oid }) => oid),
    signal,
  );
  const files = affordable.flatMap(({ path, oid }) => {
    const content = decodeAnyText(blobs.get(oid) ?? Buffer.from([0]));
    if (!content.includes('\0')) return [{ path, content }];
    leaveOut(path, 'binary');
    return [];
  });
  return { files, leftOut };
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
