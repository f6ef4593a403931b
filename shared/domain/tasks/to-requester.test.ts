import { expect, it } from 'vitest';
import { aJiraUser, anIssue } from '../../../test/builders/jira.ts';
import type { IssueChange } from '../ports/jira.ts';
import { Requester } from '../runs/task-cause.ts';
import { findRequester, toRequester } from './to-requester.ts';

it.each([
  {
    user: { accountId: '712020:ada', displayName: 'Ada' },
    requester: { service: 'jira', id: '712020:ada', name: 'Ada' },
  },
  { user: { id: 42, username: 'ada' }, requester: { service: 'gitlab', id: '42', name: 'ada' } },
])('names an account of $requester.service', ({ user, requester }) => {
  expect(toRequester(user)).toEqual(requester);
});

it.each([
  { user: { accountId: 'a'.repeat(201), displayName: 'n'.repeat(201) } },
  { user: { id: 42, username: 'n'.repeat(201) } },
])('shortens names to what a task may hold', ({ user }) => {
  const requester = toRequester(user);
  expect(Requester().parse(requester)).toEqual(requester);
  expect(requester.name).toBe(`${'n'.repeat(199)}…`);
});

const TRIGGER = { kind: 'status', status: 'AI Ready' } as const;
const ada = aJiraUser({ accountId: 'ada', displayName: 'Ada', accountType: 'atlassian' });
const rule = aJiraUser({ accountId: 'rule', displayName: 'Automation for Jira', accountType: 'app' });
const moved = (by: typeof ada): IssueChange[] => [
  { id: '500', field: 'status', from: 'To Do', to: 'AI Ready', toId: '3', by },
];

it.each([
  { name: 'moved by a person', changes: moved(ada), reporter: rule, requester: { id: 'ada', name: 'Ada' } },
  { name: 'created in its trigger', changes: [], reporter: ada, requester: { id: 'ada', name: 'Ada' } },
  {
    name: 'moved by a rule, for the person whose ticket it is',
    changes: moved(rule),
    reporter: ada,
    requester: { id: 'rule', name: 'Automation for Jira', app: { for: { id: 'ada', name: 'Ada' } } },
  },
  {
    name: 'created by a rule, for no person',
    changes: [],
    reporter: rule,
    requester: { id: 'rule', name: 'Automation for Jira', app: {} },
  },
])('names who asked for work on a ticket: $name', ({ changes, reporter, requester }) => {
  const asked = findRequester(anIssue({ changes, reporter, revision: changes[0]?.id ?? '0' }), TRIGGER);
  expect(asked).toEqual({ service: 'jira', ...requester });
  expect(Requester().parse(asked)).toEqual(asked);
});

it('names no visitor without an account', () => {
  expect(findRequester(anIssue({ changes: [], revision: '0', createdAnonymously: true }), TRIGGER)).toBeUndefined();
});
