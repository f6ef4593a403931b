import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Repository } from './git.ts';

/**
 * Makes a commit HEAD, on no branch, and leaves index and work tree as they are. Written as gitrepository-layout(5)
 * says: a clone is this runner's alone, and a process for one line costs more than the line.
 */
export async function pointHeadAt(repository: Repository, sha: string): Promise<void> {
  await writeRef(repository, 'HEAD', sha);
}

/** Has a ref of the clone name a commit. @param ref its full name, and none of a branch: that could be in the way. */
export async function writeRef({ gitDir }: Repository, ref: string, sha: string): Promise<void> {
  const file = path.join(gitDir, ref);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${sha}\n`);
}

/** Takes a ref of `writeRef` or of a fetch away; none is left as it is. */
export async function removeRef({ gitDir }: Repository, ref: string): Promise<void> {
  await rm(path.join(gitDir, ref), { force: true });
}
