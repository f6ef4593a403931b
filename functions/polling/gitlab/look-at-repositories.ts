import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { isHiddenByGitLab } from '../../../shared/domain/ports/gitlab-refusals.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import { findBlockingFailure } from '../find-blocking-failure.ts';

/** What could not be looked at while the other repositories could. */
export interface NotLookedAt {
  /** By path. */
  refused: string[];
  /** Whether a later look may show what this one did not. */
  missed: boolean;
}

/** One repository that fails has a problem of its own; several in a row mean that GitLab has one. */
const MAX_FAILURES_IN_A_ROW = 3;

/**
 * Looks at each repository of a group. One that GitLab hides, or whose answers fail, stops only itself.
 * @throws {TaskError} at once what is of no single repository: the credential, storage, a rate limit, three in a row.
 */
export async function lookAtRepositories(
  repositories: readonly (readonly [projectId: number, binding: Binding])[],
  look: (projectId: number, binding: Binding) => Promise<void>,
  { log }: { log: Pick<Log, 'warn'> },
): Promise<NotLookedAt> {
  const result: NotLookedAt = { refused: [], missed: false };
  let failuresInARow = 0;
  for (const [projectId, binding] of repositories) {
    try {
      await look(projectId, binding);
      failuresInARow = 0;
    } catch (error) {
      result.refused.push(binding.repo);
      if (isHiddenByGitLab(error)) continue;
      failuresInARow += 1;
      const blocking = findBlockingFailure(error, () => true);
      if (blocking) throw blocking;
      if (failuresInARow >= MAX_FAILURES_IN_A_ROW) throw error;
      log.warn('repository not polled', { projectId, repo: binding.repo, error });
      result.missed = true;
    }
  }
  return result;
}
