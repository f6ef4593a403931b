import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';

import type { Repository } from './git.ts';
import { isGone } from './is-gone.ts';

const MAX_BYTES = 24 * 1024 * 1024;

/**
 * The conflicting files that still carry markers of this merge: git writes the ids of the two commits behind them, so
 * that a file that explains conflict markers is no conflict.
 */
export async function findConflictMarkers(
  { workTree }: Repository,
  { files, sides }: { files: readonly string[]; sides: readonly string[] },
): Promise<string[]> {
  const left: string[] = [];
  for (const file of files) if (await hasMarkers(path.join(workTree, file), sides)) left.push(file);
  return left;
}

async function hasMarkers(file: string, sides: readonly string[]): Promise<boolean> {
  const stats = await lstat(file).catch((error: unknown) => {
    // A conflicting file may rightly be gone; one that cannot be looked at is not known to be repaired.
    if (isGone(error)) return undefined;
    throw error;
  });
  // One too large to read was not repaired by an agent.
  if (!stats?.isFile()) return false;
  if (stats.size > MAX_BYTES) return true;
  const lines = (await readFile(file, 'utf8')).split('\n');
  // An attribute of the repository decides how many signs a marker has.
  return lines.some((line) => /^(?:<+|>+) /.test(line) && sides.some((side) => line.includes(` ${side}`)));
}
