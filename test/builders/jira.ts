import type { Issue, IssueComment, JiraUser } from '../../shared/domain/ports/jira.ts';

/** A person. */
export function aJiraUser(overrides: Partial<JiraUser> = {}): JiraUser {
  return { accountId: '712020:leigh', displayName: 'Leigh', accountType: 'atlassian', ...overrides };
}

/** The agent's own account. */
export function theAgent(overrides: Partial<JiraUser> = {}): JiraUser {
  return { accountId: '712020:agent', displayName: 'cmap', ...overrides };
}

/** An issue in the trigger status, moved there by a person. */
export function anIssue(overrides: Partial<Issue> = {}): Issue {
  const key = overrides.key ?? 'PROJ-12';
  return {
    id: '10012',
    key,
    projectKey: key.slice(0, key.lastIndexOf('-')),
    summary: 'Round the total',
    description: 'The total is off by a cent.',
    status: { id: '10001', name: 'AI Ready', category: 'new' },
    labels: [],
    blockedBy: [],
    revision: '10233',
    movedBy: aJiraUser(),
    updatedAt: Date.UTC(2026, 0, 5, 9),
    url: `https://jira.example/browse/${key}`,
    ...overrides,
  };
}

/** A comment a person wrote. */
export function anIssueComment(overrides: Partial<IssueComment> = {}): IssueComment {
  const createdAt = Date.UTC(2026, 0, 5, 10);
  return {
    id: '10400',
    author: aJiraUser(),
    body: 'Please round half up.',
    createdAt,
    updatedAt: createdAt,
    ...overrides,
  };
}
