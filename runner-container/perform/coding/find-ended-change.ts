import type { MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import { hasBegunBefore } from '../../../shared/domain/runs/run.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { fetchCommit } from '../../git/fetch-commits.ts';
import { type Commit, listCommits } from '../../git/list-commits.ts';
import type { RunContext } from '../run/run-context.ts';
import type { OpenBranch } from './open-work-branch.ts';

/**
 * The commit an earlier attempt of this run has pushed, when people merged or closed its merge request before it could
 * be reported. The branch may be gone by then, and what was merged is no longer ahead of the target branch; the merge
 * request still knows its head.
 */
export async function findEndedChange(
  { repository, ownCommit }: OpenBranch,
  newest: MergeRequest | undefined,
  { run, listPushed }: Pick<RunContext, 'run' | 'listPushed'>,
  signal: AbortSignal,
): Promise<Commit | undefined> {
  const hasEndedSince = newest && newest.state !== 'opened' && newest.updatedAt >= run.createdAt;
  if (ownCommit || !hasBegunBefore(run) || !hasEndedSince) return undefined;
  try {
    const head = await fetchCommit(repository, newest.headSha, {}, signal);
    const commits = await listCommits(repository, undefined, head, signal);
    const pushed = await listPushed();
    return commits.find(({ sha }) => pushed.has(sha));
  } catch (error) {
    // The commit is kept nowhere any more, so nothing of it can be there twice.
    if (error instanceof TaskError && error.code === 'commits-not-sent') return undefined;
    throw error;
  }
}
