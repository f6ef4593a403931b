import type { MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import { restartWorkBranch } from '../../git/restart-work-branch.ts';
import type { CodingRun } from './coding-run.ts';
import type { OpenBranch } from './open-work-branch.ts';

/**
 * A branch whose newest merge request was merged, and that has had no push since, begins anew from the target branch
 * under the same name. A closed merge request is no reason: its work may be what the next one is to build on.
 */
export async function startAnew(
  { binding, deps }: Pick<CodingRun, 'binding' | 'deps'>,
  open: OpenBranch,
  newest: MergeRequest | undefined,
  signal: AbortSignal,
): Promise<OpenBranch> {
  const { repository, work, ownCommit } = open;
  const isMerged = newest?.state === 'merged' && newest.headSha === work.headSha;
  if (!work.reused || ownCommit || !isMerged) return open;
  const restart = { targetBranch: binding.targetBranch, author: deps.settings.author };
  const restarted = await restartWorkBranch(repository, work, restart, signal);
  return { ...open, work: restarted };
}
