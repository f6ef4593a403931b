import { type Change, type ChangeList, NO_CONTENT } from './change.ts';
import type { Repository } from './git.ts';
import { listTrackedPaths } from './list-changes.ts';
import { readBlobSizes, readBlobs } from './read-blobs.ts';
import { readRawDiff } from './read-raw-diff.ts';

const MAX_LINK_BYTES = 4096;

/** What changed between two commits, with renames. Unlike the work tree, a commit cannot change after it was judged. */
export async function listCommittedChanges(
  repository: Repository,
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<ChangeList> {
  const [{ changes: raw, binaryPaths, truncated }, pathsBefore] = await Promise.all([
    readRawDiff(repository, from, to, signal),
    listTrackedPaths(repository, from, signal),
  ]);
  const blobs = raw.filter(({ entry }) => entry === 'file' || entry === 'executable' || entry === 'symlink');
  const sizes = await readBlobSizes(
    repository,
    blobs.map(({ oid }) => oid),
    signal,
  );
  const links = raw.filter(({ entry, oid }) => entry === 'symlink' && (sizes.get(oid) ?? 0) <= MAX_LINK_BYTES);
  const targets = await readBlobs(
    repository,
    links.map(({ oid }) => oid),
    signal,
  );
  const changes = raw.map(({ oid, oldOid, ...change }): Change => {
    const target = change.entry === 'symlink' ? (targets.get(oid)?.toString('utf8') ?? '/') : undefined;
    return {
      ...change,
      content: change.entry === 'none' ? NO_CONTENT : `${change.entry} ${oid}`,
      sizeBytes: sizes.get(oid) ?? 0,
      binary: binaryPaths.has(change.path),
      ...(target !== undefined && { linkTarget: target }),
      ...(oid === oldOid && { addedBytes: 0 }),
    };
  });
  return { changes, truncated, pathsBefore };
}
