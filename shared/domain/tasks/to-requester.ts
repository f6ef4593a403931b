import { fitText } from '../../kernel/text/fit-text.ts';
import type { GitLabUser } from '../ports/gitlab.ts';
import type { JiraUser } from '../ports/jira.ts';
import type { Requester } from '../runs/task-cause.ts';

const LONGEST = 200;

/** Who asked, as a task carries it. */
export function toRequester(
  user: Pick<JiraUser, 'accountId' | 'displayName'> | Pick<GitLabUser, 'id' | 'username'>,
): Requester {
  return 'accountId' in user
    ? { service: 'jira', id: fitText(user.accountId, LONGEST), name: fitText(user.displayName, LONGEST) }
    : { service: 'gitlab', id: String(user.id), name: fitText(user.username, LONGEST) };
}
