import { sameName } from '../../kernel/text/same-name.ts';
import type { Trigger } from '../mapping/binding.ts';
import type { IssueChange, JiraUser } from '../ports/jira.ts';

/** What finding a request needs to know of an issue. */
export interface RequestedIssue {
  revision: string;
  movedBy?: JiraUser;
  changes?: IssueChange[];
}

/** One request for work on an issue. */
export interface IssueRequest {
  /** The same for everybody who sees this request, another one for the next. */
  revision: string;
  /** Who asked, where the changelog says so. */
  by?: JiraUser;
}

/**
 * The change that brought the issue into its trigger: the newest move into the status, the newest assignment to the
 * agent, or the newest addition of the label. Every other change of the issue, such as our own moves and assignments,
 * is no new request.
 *
 * `0` when the changelog at hand has no such change: the issue was created in its trigger, or some 40 changes ago.
 */
export function findRequest(issue: RequestedIssue, trigger: Trigger): IssueRequest {
  const { changes, revision, movedBy } = issue;
  if (!changes) return { revision, ...(movedBy ? { by: movedBy } : {}) };
  const change = changes.find((candidate) => asks(candidate, trigger));
  return { revision: change?.id ?? '0', ...(change?.by ? { by: change.by } : {}) };
}

function asks({ field, from, to, toId }: IssueChange, trigger: Trigger): boolean {
  switch (trigger.kind) {
    case 'status':
      return field === 'status' && sameName(to, trigger.status);
    case 'assignee':
      return field === 'assignee' && toId === trigger.accountId;
    case 'label':
      return field === 'labels' && hasLabel(to, trigger.label) && !hasLabel(from, trigger.label);
  }
}

function hasLabel(labels: string, label: string): boolean {
  return labels.split(/\s/).some((one) => sameName(one, label));
}
