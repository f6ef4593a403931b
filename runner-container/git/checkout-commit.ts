import type { Repository } from './git.ts';
import { resetWorkTree } from './reset-work-tree.ts';
import { runInRepository } from './run-git.ts';

/** Puts the clone on one commit it has, on no branch. What the work tree had is gone. */
export async function checkoutCommit(repository: Repository, sha: string, signal: AbortSignal): Promise<void> {
  await runInRepository(repository, ['update-ref', '--no-deref', 'HEAD', sha], {}, signal);
  await resetWorkTree(repository, {}, signal);
}

/** Whether the clone has this commit. */
export async function hasCommit(repository: Repository, sha: string, signal: AbortSignal): Promise<boolean> {
  const args = ['cat-file', '-e', `${sha}^{commit}`];
  const { exitCode } = await runInRepository(repository, args, { exitCodes: [0, 1, 128] }, signal);
  return exitCode === 0;
}
