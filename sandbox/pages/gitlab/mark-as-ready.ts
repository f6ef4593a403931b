import type { GitLabPerson, Place } from '../api/gitlab-person.ts';

/** Takes what makes a merge request a draft out of its title. @throws {ApiRefusal} where GitLab refuses. */
export async function markAsReady(place: Place, gitlab: GitLabPerson): Promise<void> {
  const { title } = await gitlab.getMergeRequest(place);
  await gitlab.setTitle(place, title.replace(/^\s*(?:draft:|\[draft\]|\(draft\))\s*/i, ''));
}
