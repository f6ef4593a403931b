import type { Change } from '../git/change.ts';

/**
 * How much of a file is new, in bytes. Before its content was looked at, that is all of a new or binary file and
 * nothing of a changed text, so that a line in a large file is no large change.
 */
export function measureAdded({ addedBytes, kind, binary, sizeBytes }: Change): number {
  return addedBytes ?? (kind === 'added' || binary ? sizeBytes : 0);
}

/** A limit as people set it, in whole kB: `10 MB`, `512 kB`, `1536 kB`. */
export function formatBytes(bytes: number): string {
  const kb = Math.round(bytes / 1024);
  return kb % 1024 === 0 ? `${kb / 1024} MB` : `${kb} kB`;
}
