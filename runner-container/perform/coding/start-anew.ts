import type { MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import { restartWorkBranch } from '../../git/restart-work-branch.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import type { CodingOrder } from './coding-order.ts';
import type { OpenBranch } from './open-work-branch.ts';

/**
 * A branch whose newest merge request was merged, and that nobody has pushed to since, begins anew from the target branch under the
 * same name. A closed merge request is no reason: its work may be what the next one is to build on.
 */
export async function startAnew(
  order: CodingOrder,
  open: OpenBranch,
  newest: MergeRequest | undefined,
  { settings }: Pick<RunnerDeps, 'settings'>,
  signal: AbortSignal,
): Promise<OpenBranch> {
  const { repository, work, ownCommit } = open;
  const isMerged = newest?.state === 'merged' && newest.headSha === work.headSha;
  if (!work.reused || ownCommit || !isMerged) return open;
  const { targetBranch } = order.binding;
  const restarted = await restartWorkBranch(repository, work, { targetBranch, author: settings.author }, signal);
  return { ...open, work: restarted };
}
