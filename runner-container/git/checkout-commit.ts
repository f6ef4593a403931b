import type { Repository } from './git.ts';
import { resetWorkTree } from './reset-work-tree.ts';
import { resolveCommits } from './resolve-commits.ts';
import { pointHeadAt } from './write-ref.ts';

/** Puts the clone on one commit it has, on no branch. What the work tree had is gone. */
export async function checkoutCommit(repository: Repository, sha: string, signal: AbortSignal): Promise<void> {
  await pointHeadAt(repository, sha);
  await resetWorkTree(repository, {}, signal);
}

/** Whether the clone has this commit. */
export async function hasCommit(repository: Repository, sha: string, signal: AbortSignal): Promise<boolean> {
  const [found] = await resolveCommits(repository, [sha], signal);
  return found !== undefined;
}
