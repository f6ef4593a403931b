import type { Repository } from './git.ts';
import { runInRepository } from './run-git.ts';

/** Object id -> size in bytes. Objects that are missing or no blobs are left out. */
export async function readBlobSizes(
  repository: Repository,
  oids: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  if (oids.length === 0) return sizes;
  const input = toInput(oids);
  const { stdout } = await runInRepository(repository, ['cat-file', '--batch-check'], { input }, signal);
  for (const line of stdout.toString('utf8').split('\n')) {
    const [oid, type, size] = line.split(' ');
    if (oid && type === 'blob') sizes.set(oid, Number(size));
  }
  return sizes;
}

/** Object id -> content. The caller bounds how much it asks for, with `readBlobSizes`. */
export async function readBlobs(
  repository: Repository,
  oids: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, Buffer>> {
  const blobs = new Map<string, Buffer>();
  if (oids.length === 0) return blobs;
  const { stdout } = await runInRepository(repository, ['cat-file', '--batch'], { input: toInput(oids) }, signal);
  let at = 0;
  while (at < stdout.length) {
    const lineEnd = stdout.indexOf('\n', at);
    const [oid, type, size] = stdout.toString('utf8', at, lineEnd).split(' ');
    at = lineEnd + 1;
    if (type === 'missing' || size === undefined) continue;
    const end = at + Number(size);
    if (oid && type === 'blob') blobs.set(oid, stdout.subarray(at, end));
    at = end + 1;
  }
  return blobs;
}

function toInput(oids: readonly string[]): string {
  return `${[...new Set(oids)].join('\n')}\n`;
}
