import type { MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { restartWorkBranch } from '../../git/restart-work-branch.ts';
import type { CodingRun } from './coding-run.ts';
import type { OpenBranch } from './open-work-branch.ts';

/**
 * The branch a run works on. One whose newest merge request was merged, and that has had no push since, begins anew
 * from the target branch under the same name. A closed merge request is no reason: its work may be what the next one
 * is to build on.
 * @throws {TaskError} `branch-of-other-target` where the work of that merge request stands on another target branch.
 */
export async function startAnew(
  { binding, deps }: Pick<CodingRun, 'binding' | 'deps'>,
  open: OpenBranch,
  newest: MergeRequest | undefined,
  signal: AbortSignal,
): Promise<OpenBranch> {
  const { repository, work, ownCommit } = open;
  if (!work.reused || ownCommit) return open;
  // Begun anew it would still be joined with what it was, and so with the other target branch.
  if (newest && newest.state !== 'opened' && newest.targetBranch !== binding.targetBranch)
    throw new TaskError('branch-of-other-target', { detail: `${work.branch} was made for ${newest.targetBranch}` });
  const isMerged = newest?.state === 'merged' && newest.headSha === work.headSha;
  if (!isMerged) return open;
  const restart = { targetBranch: binding.targetBranch, author: deps.settings.author };
  const restarted = await restartWorkBranch(repository, work, restart, signal);
  return { ...open, work: restarted };
}
