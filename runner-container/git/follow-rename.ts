import { TaskError } from '../../shared/kernel/errors.ts';
import type { Repository } from './git.ts';
import { findMovedRemote } from './probe-remote.ts';

/**
 * Does work on the remote of a repository. A project that was renamed or transferred since the clone is followed on the
 * same host: the repository knows its new address from then on, and the work is done once more. `work` reads the
 * address each time. @throws what the work throws
 */
export async function followRename<T>(repository: Repository, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TaskError) || error.code !== 'gitlab-not-found') throw error;
    const moved = await findMovedRemote(repository.git, repository.remote, signal);
    if (!moved) throw error;
    repository.remote = moved;
    return work();
  }
}
