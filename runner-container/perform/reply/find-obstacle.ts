import { DEVELOPER, MAINTAINER } from '../../../shared/domain/accounts/project-roles.ts';
import type { GitLabUser } from '../../../shared/domain/ports/gitlab.ts';
import type { MergeRequestInput } from '../run/merge-request-run.ts';

/** Why nothing may be pushed for this person; each is a reply of its own. */
export type Obstacle = 'no-permission' | 'fork' | 'branch-deleted';

/**
 * Whether a person may have the agent change the source branch: only who may push there, only while it exists, and
 * never in a fork. A protected branch is taken for one that maintainers push to.
 */
export async function findObstacle(
  { gitlab, mergeRequest }: Pick<MergeRequestInput, 'gitlab' | 'mergeRequest'>,
  person: Pick<GitLabUser, 'id'>,
): Promise<Obstacle | undefined> {
  const { targetProjectId, sourceProjectId, sourceBranch } = mergeRequest;
  const isFork = sourceProjectId !== targetProjectId;
  const [level, branch] = await Promise.all([
    gitlab.getAccessLevel(targetProjectId, person.id),
    isFork ? undefined : gitlab.findBranch(targetProjectId, sourceBranch),
  ]);
  if (level < (branch?.isProtected ? MAINTAINER : DEVELOPER)) return 'no-permission';
  if (isFork) return 'fork';
  return branch ? undefined : 'branch-deleted';
}
