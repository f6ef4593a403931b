import type { Change } from '../git/change.ts';

/**
 * How much of a file is new, in bytes. Before its content was looked at, that is all of a new or binary file and
 * nothing of a changed text, so that a line in a large file is no large change.
 */
export function measureAdded({ addedBytes, kind, entry, binary, sizeBytes }: Change): number {
  if (entry === 'none') return 0;
  return addedBytes ?? (kind === 'added' || binary ? sizeBytes : 0);
}

/** `10 MB`, `512 kB` */
export function formatBytes(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${Math.round(bytes / 1024 / 1024)} MB` : `${Math.round(bytes / 1024)} kB`;
}
