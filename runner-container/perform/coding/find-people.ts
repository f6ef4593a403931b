import type { MergeRequestRules } from '../../../shared/domain/mapping/binding.ts';
import type { GitLab, NewMergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import { isRefusal } from '../../../shared/kernel/errors.ts';

/** Assignee and reviewer ids of a new merge request; unknown usernames are left out and reported. */
export interface People extends Pick<NewMergeRequest, 'assigneeIds' | 'reviewerIds'> {
  /** Markdown lines, one for each username without an active user. */
  remarks: string[];
}

/**
 * Turns the usernames of a binding into ids. The work is done by then, so that a name GitLab does not know costs a
 * remark and not the merge request.
 * @throws {TaskError} of GitLab, when asking again may help.
 */
export async function findPeople(
  { assignee, reviewers }: MergeRequestRules,
  gitlab: Pick<GitLab, 'findUserByUsername'>,
): Promise<People> {
  const [assignees, reviews] = await Promise.all([
    findIds('assignee', assignee === undefined ? [] : [assignee], gitlab),
    findIds('reviewer', reviewers, gitlab),
  ]);
  return {
    ...(assignees.ids.length > 0 ? { assigneeIds: assignees.ids } : {}),
    ...(reviews.ids.length > 0 ? { reviewerIds: reviews.ids } : {}),
    remarks: [...assignees.remarks, ...reviews.remarks],
  };
}

async function findIds(
  what: string,
  usernames: readonly string[],
  gitlab: Pick<GitLab, 'findUserByUsername'>,
): Promise<{ ids: number[]; remarks: string[] }> {
  const found = await Promise.all(usernames.map((username) => findOne(username, gitlab)));
  const ids = found.filter((one) => typeof one === 'number');
  // As code, so that GitLab notifies no user of a mention.
  const remarks = found.flatMap((one, index) =>
    typeof one === 'string' ? [`${what} \`${usernames[index]}\` ${one}`] : [],
  );
  return { ids: [...new Set(ids)], remarks };
}

/** The id, or what is wrong with the username. */
async function findOne(username: string, gitlab: Pick<GitLab, 'findUserByUsername'>): Promise<number | string> {
  try {
    return (await gitlab.findUserByUsername(username))?.id ?? 'is not an active GitLab user';
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return 'could not be looked up in GitLab';
  }
}
