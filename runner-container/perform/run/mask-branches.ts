import type { MergeRequest } from '../../../shared/domain/ports/gitlab.ts';

type Branches = Pick<MergeRequest, 'sourceBranch' | 'targetBranch'>;

/**
 * A merge request as a session is shown it: the names of its branches are text of people as well. They are masked only
 * here, because git and GitLab need them as they are.
 */
export function maskBranches<Shown extends Branches>(shown: Shown, mask: (text: string) => string): Shown {
  return { ...shown, sourceBranch: mask(shown.sourceBranch), targetBranch: mask(shown.targetBranch) };
}
