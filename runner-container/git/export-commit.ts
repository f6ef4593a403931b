import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

import type { Repository } from './git.ts';
import { runInRepository, writeWorkTree } from './run-git.ts';

/**
 * Writes the files of a commit, and nothing else, into an empty directory that is kept for the agent. HEAD, index and
 * work tree stay as they are.
 * @param directory absolute and empty.
 */
export async function exportCommit(
  repository: Repository,
  commit: string,
  directory: string,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  await repository.git.treeOwner?.keep(directory);
  const indexFile = path.join(repository.gitDir, 'export-index');
  await rm(indexFile, { force: true });
  await runInRepository(repository, ['read-tree', commit], { indexFile }, signal);
  const options = { indexFile, workTree: directory };
  await writeWorkTree(repository, ['checkout-index', '--all', '--force', '--quiet'], options, signal);
}
