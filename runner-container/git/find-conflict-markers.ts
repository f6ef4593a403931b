import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';

import type { Repository } from './git.ts';
import { isGone } from './is-gone.ts';

const MAX_BYTES = 4 * 1024 * 1024;

/** The conflicting files that still carry conflict markers. */
export async function findConflictMarkers({ workTree }: Repository, files: readonly string[]): Promise<string[]> {
  const left: string[] = [];
  for (const file of files) if (await hasMarkers(path.join(workTree, file))) left.push(file);
  return left;
}

async function hasMarkers(file: string): Promise<boolean> {
  const stats = await lstat(file).catch((error: unknown) => {
    // A conflicting file may rightly be gone; one that cannot be looked at is not known to be repaired.
    if (isGone(error)) return undefined;
    throw error;
  });
  // One too large to read was not repaired by an agent.
  if (!stats?.isFile()) return false;
  if (stats.size > MAX_BYTES) return true;
  return /^(<{7}|>{7}) /m.test(await readFile(file, 'utf8'));
}
