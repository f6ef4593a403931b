import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Repository } from './git.ts';
import { type GitOptions, type GitOutput, runInRepository } from './run-git.ts';

/**
 * Runs one command of git-lfs in a git directory of its own, which holds its store and nothing of the repository:
 * git-lfs reads `.lfsconfig` from the work tree, else from the index, else from HEAD
 * (https://github.com/git-lfs/git-lfs/blob/main/docs/man/git-lfs-config.adoc, "LFSCONFIG"). So no repository sends
 * objects or the token elsewhere, or names an extension.
 * @throws {TaskError} as `runGit`.
 */
export async function runLfs(
  repository: Repository,
  args: readonly string[],
  options: Pick<GitOptions, 'input' | 'remote' | 'timeoutMs' | 'exitCodes'>,
  signal: AbortSignal,
): Promise<GitOutput> {
  const gitDir = path.join(repository.gitDir, 'lfs');
  const workTree = path.join(gitDir, 'work-tree');
  for (const name of ['refs', 'objects', 'work-tree']) await mkdir(path.join(gitDir, name), { recursive: true });
  await writeFile(path.join(gitDir, 'HEAD'), 'ref: refs/heads/none\n');
  const settings = listSettings(repository).map((setting) => `'${setting.replaceAll("'", "'\\''")}'`);
  // https://git-scm.com/docs/git-config, "ENVIRONMENT": what `git -c` hands on, which wins over files.
  const environment = { GIT_CONFIG_PARAMETERS: settings.join(' ') };
  return runInRepository(repository, ['lfs', ...args], { ...options, gitDir, workTree, environment }, signal);
}

/** Whether this machine has git-lfs. */
export async function hasLfs(repository: Repository, signal: AbortSignal): Promise<boolean> {
  // https://git-scm.com/docs/git: 1 for a command that git does not know.
  const { exitCode } = await runLfs(repository, ['version'], { exitCodes: [0, 1] }, signal);
  return exitCode === 0;
}

/** As `key=value`. */
function listSettings({ remote }: Repository): string[] {
  // https://github.com/git-lfs/git-lfs/blob/main/docs/api/server-discovery.md
  const url = `${remote.cloneUrl.replace(/\/+$/, '').replace(/\.git$/, '')}.git/info/lfs`;
  return [
    `lfs.url=${url}`,
    `lfs.pushurl=${url}`,
    `lfs.${url}.access=basic`,
    `lfs.${url}.locksverify=false`,
    'lfs.basictransfersonly=true',
    'lfs.allowincompletepush=false',
  ];
}
