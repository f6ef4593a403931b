import { fitText } from '../../kernel/text/fit-text.ts';
import type { Trigger } from '../mapping/binding.ts';
import type { GitLabUser } from '../ports/gitlab.ts';
import type { JiraUser } from '../ports/jira.ts';
import type { Requester } from '../runs/task-cause.ts';
import { type AskedIssue, findAsker } from './find-asker.ts';

const LONGEST = 200;

/**
 * Who asked for work on an issue, as a task carries it: who brought it into its trigger, or created it there. A rule of
 * Jira's automation asks for the person whose ticket it is. `undefined` where Jira names no account.
 */
export function findRequester(issue: AskedIssue, trigger: Trigger): Requester | undefined {
  const asker = findAsker(issue, trigger);
  if (!asker || asker.accountId === '') return undefined;
  const requester = toRequester(asker);
  if (asker.accountType !== 'app') return requester;
  const { reporter } = issue;
  const isPerson = reporter !== undefined && (reporter.accountType ?? 'atlassian') === 'atlassian';
  const { id, name } = reporter ? toRequester(reporter) : requester;
  return { ...requester, app: isPerson ? { for: { id, name } } : {} };
}

/** An account, as a task carries it. */
export function toRequester(
  user: Pick<JiraUser, 'accountId' | 'displayName'> | Pick<GitLabUser, 'id' | 'username'>,
): Requester {
  return 'accountId' in user
    ? { service: 'jira', id: fitText(user.accountId, LONGEST), name: fitText(user.displayName, LONGEST) }
    : { service: 'gitlab', id: String(user.id), name: fitText(user.username, LONGEST) };
}
