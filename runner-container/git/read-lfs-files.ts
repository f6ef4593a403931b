import type { Repository } from './git.ts';
import { listEntries } from './list-entries.ts';
import { listLfsPaths } from './list-lfs-paths.ts';
import { readBlobSizes, readBlobs } from './read-blobs.ts';
import { type RawChange, readRawDiff } from './read-raw-diff.ts';

/** A file that belongs to Git LFS. */
export interface LfsFile {
  path: string;
  /** What the repository holds of it; absent where that is larger than a pointer may be. */
  blob?: Buffer;
}

/**
 * "Pointer files must be ... less than 1024 bytes in size", https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
 */
const MAX_POINTER_BYTES = 1023;
/** Git gives nothing else to a filter: no link, no submodule. */
const FILTERED: ReadonlySet<RawChange['entry']> = new Set(['file', 'executable']);

/** The files of Git LFS that a range of commits brings: with new content, or only moved to where Git LFS begins. */
export async function readLfsFiles(
  repository: Repository,
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<LfsFile[]> {
  const { changes } = await readRawDiff(repository, from, to, signal);
  const brought = changes.filter(
    ({ entry, oid, oldOid, kind }) => FILTERED.has(entry) && (oid !== oldOid || kind === 'renamed'),
  );
  if (brought.length === 0 || !(await hasAttributes(repository, { from, changes }, signal))) return [];
  const names = brought.map(({ path }) => path);
  const ofLfs = await listLfsPaths(repository, to, names, signal);
  const files = brought.filter(({ path }) => ofLfs.has(path));
  const oids = files.map(({ oid }) => oid);
  const sizes = await readBlobSizes(repository, oids, signal);
  const small = oids.filter((oid) => (sizes.get(oid) ?? Number.POSITIVE_INFINITY) <= MAX_POINTER_BYTES);
  const blobs = await readBlobs(repository, small, signal);
  return files.map(({ path, oid }) => {
    const blob = blobs.get(oid);
    return { path, ...(blob && { blob }) };
  });
}

/** Told by the commit that was listed already and what changed since, so that no other one has to be listed. */
async function hasAttributes(
  repository: Repository,
  { from, changes }: { from: string; changes: readonly RawChange[] },
  signal: AbortSignal,
): Promise<boolean> {
  const isAttributes = ({ path }: { path: string }) => path === '.gitattributes' || path.endsWith('/.gitattributes');
  return changes.some(isAttributes) || (await listEntries(repository, from, signal)).some(isAttributes);
}
