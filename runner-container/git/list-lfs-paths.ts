import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Repository } from './git.ts';
import { listEntries } from './list-entries.ts';
import { resolveObject } from './resolve-commits.ts';
import { runInRepository } from './run-git.ts';

/**
 * Which of the paths `.gitattributes` of a commit gives to Git LFS. Our own attributes hide that from every other
 * command, so it is asked in a git directory without them that borrows the objects.
 */
export async function listLfsPaths(
  repository: Repository,
  commit: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  const entries = await listEntries(repository, commit, signal);
  if (!entries.some((entry) => path.basename(entry.path) === '.gitattributes')) return new Set();
  // One for each question: both sides of a merge are asked about at once.
  const gitDir = await mkdtemp(path.join(repository.gitDir, 'attributes-'));
  try {
    return await askIn(gitDir, repository, { commit, paths }, signal);
  } finally {
    await rm(gitDir, { recursive: true, force: true });
  }
}

async function askIn(
  gitDir: string,
  repository: Repository,
  { commit, paths }: { commit: string; paths: readonly string[] },
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  await mkdir(path.join(gitDir, 'refs'), { recursive: true });
  await mkdir(path.join(gitDir, 'objects'), { recursive: true });
  await writeFile(path.join(gitDir, 'HEAD'), 'ref: refs/heads/none\n');
  const options = {
    gitDir,
    indexFile: path.join(gitDir, 'index'),
    environment: { GIT_OBJECT_DIRECTORY: path.join(repository.gitDir, 'objects') },
  };
  const tree = await resolveObject(repository, `${commit}^{tree}`, signal);
  await runInRepository(repository, ['read-tree', tree], options, signal);
  const input = paths.map((name) => `${name}\0`).join('');
  const args = ['check-attr', '--cached', '-z', '--stdin', 'filter'];
  const { stdout } = await runInRepository(repository, args, { ...options, input }, signal);
  const fields = stdout.toString('utf8').split('\0');
  const found = new Set<string>();
  // https://git-scm.com/docs/git-check-attr, "OUTPUT": path, attribute and value, each ended by NUL.
  for (let at = 0; at + 2 < fields.length; at += 3) if (fields[at + 2] === 'lfs') found.add(fields[at] ?? '');
  return found;
}
