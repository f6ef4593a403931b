import type { Repository } from './git.ts';
import { readObjects } from './object-reader.ts';

/** Object id -> size in bytes. Objects that are missing or no blobs are left out. */
export async function readBlobSizes(
  repository: Repository,
  oids: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const found = await readObjects(repository, 'info', [...new Set(oids)], signal);
  return new Map(found.flatMap((object) => (object?.type === 'blob' ? [[object.oid, object.sizeBytes]] : [])));
}

/** Object id -> content. The caller bounds how much it asks for, with `readBlobSizes`. */
export async function readBlobs(
  repository: Repository,
  oids: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, Buffer>> {
  const found = await readObjects(repository, 'contents', [...new Set(oids)], signal);
  return new Map(found.flatMap((object) => (object?.type === 'blob' ? [[object.oid, object.content]] : [])));
}
