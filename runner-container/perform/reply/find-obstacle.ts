import { DEVELOPER, MAINTAINER } from '../../../shared/domain/accounts/project-roles.ts';
import { hasJiraProject } from '../../../shared/domain/mapping/binding.ts';
import type { GitLabUser } from '../../../shared/domain/ports/gitlab.ts';
import type { MergeRequestInput } from '../run/merge-request-run.ts';

/** Why nothing may be pushed for this person; each is a reply of its own. */
export type Obstacle = 'no-permission' | 'reviews-only' | 'fork' | 'branch-deleted';

/**
 * Whether a person may have the agent change the source branch: only who may push there, only while it exists, and
 * never in a fork, nor where the repository is bound without a Jira project: who binds it so is promised that the agent
 * changes nothing there. A protected branch is taken for one that maintainers push to.
 */
export async function findObstacle(
  { gitlab, mergeRequest, binding }: Pick<MergeRequestInput, 'gitlab' | 'mergeRequest' | 'binding'>,
  person: Pick<GitLabUser, 'id'>,
): Promise<Obstacle | undefined> {
  const { targetProjectId, sourceProjectId, sourceBranch } = mergeRequest;
  const isFork = sourceProjectId !== targetProjectId;
  const [level, branch] = await Promise.all([
    gitlab.getAccessLevel(targetProjectId, person.id),
    isFork ? undefined : gitlab.findBranch(targetProjectId, sourceBranch),
  ]);
  if (level < (branch?.isProtected ? MAINTAINER : DEVELOPER)) return 'no-permission';
  if (!hasJiraProject(binding)) return 'reviews-only';
  if (isFork) return 'fork';
  return branch ? undefined : 'branch-deleted';
}
