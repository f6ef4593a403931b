import type { GitLab, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import type { CodingInput } from './coding-run.ts';

/**
 * The merge requests of the issue, newest first: from its branch, and either to the target branch of the binding or
 * opened by the agent and sent elsewhere by people. One that a person opened from that branch to somewhere else is
 * theirs.
 */
export async function listOwnMergeRequests(
  { binding, project, branch }: Pick<CodingInput, 'binding' | 'project' | 'branch'>,
  gitlab: Pick<GitLab, 'listMergeRequestsBySourceBranch' | 'getCurrentUser'>,
): Promise<MergeRequest[]> {
  const { projectId } = project;
  const all = await gitlab.listMergeRequestsBySourceBranch(projectId, branch);
  // A fork may have a branch of the same name.
  const here = all.filter((each) => each.sourceProjectId === projectId && each.targetProjectId === projectId);
  const isForBinding = ({ targetBranch }: MergeRequest) => targetBranch === binding.targetBranch;
  if (here.every(isForBinding)) return here;
  const self = await gitlab.getCurrentUser();
  return here.filter((each) => isForBinding(each) || each.author.id === self.id);
}
