import { expect, it } from 'vitest';
import type { Trigger } from '../mapping/binding.ts';
import type { IssueChange, JiraUser } from '../ports/jira.ts';
import { planReturnToReporter, type ReturnedIssue } from './plan-return-to-reporter.ts';

const user = (accountId: string, more: Partial<JiraUser> = {}): JiraUser => ({
  accountId,
  displayName: accountId,
  ...more,
});
const status: Trigger = { kind: 'status', status: 'AI Ready' };
const assignee: Trigger = { kind: 'assignee', accountId: 'agent' };
const self = { accountId: 'agent' };
const movedBy = (by: JiraUser): IssueChange => ({
  id: '1',
  field: 'status',
  from: 'To Do',
  to: 'AI Ready',
  toId: '5',
  by,
});
const assignedBy = (by: JiraUser): IssueChange => ({
  id: '1',
  field: 'assignee',
  from: '',
  to: 'cmap',
  toId: 'agent',
  by,
});

const begun: IssueChange = { ...movedBy(user('agent')), id: '2', to: 'In Progress', toId: '6' };
const moved = (to: string, by: JiraUser): IssueChange => ({ ...movedBy(by), id: '4', to, toId: '7' });
const given = (to: string, by: JiraUser): IssueChange => ({ ...assignedBy(by), id: '3', to, toId: to });

function issue(changes: IssueChange[], more: Partial<ReturnedIssue> = {}): ReturnedIssue {
  return { revision: '1', changes, ...more };
}

it.each<{
  name: string;
  issue: ReturnedIssue;
  trigger?: Trigger;
  reviewer?: string;
  ended?: 'in-review' | 'stopped';
  to: string | null | undefined;
}>([
  { name: 'good work goes to the reviewer', issue: issue([movedBy(user('ada'))]), reviewer: 'bob', to: 'bob' },
  { name: 'good work without a reviewer goes to the asker', issue: issue([movedBy(user('ada'))]), to: 'ada' },
  {
    name: 'a failure goes to the asker',
    issue: issue([movedBy(user('ada'))]),
    reviewer: 'bob',
    ended: 'stopped',
    to: 'ada',
  },
  {
    name: 'a failure no person asked for goes to the reviewer',
    issue: issue([]),
    reviewer: 'bob',
    ended: 'stopped',
    to: 'bob',
  },
  {
    name: 'a ticket that is there already stays',
    issue: issue([movedBy(user('ada'))], { assignee: user('ada') }),
    to: undefined,
  },
  { name: 'automation is no asker', issue: issue([movedBy(user('rule', { accountType: 'app' }))]), to: undefined },
  { name: 'the agent itself is no asker', issue: issue([movedBy(user('agent'))]), to: undefined },
  {
    name: 'good work goes to the asker where the agent is its own reviewer',
    issue: issue([movedBy(user('ada'))]),
    reviewer: 'agent',
    to: 'ada',
  },
  {
    name: 'a ticket that is with the agent by chance goes to its reporter',
    issue: issue([], { assignee: user('agent'), reporter: user('eve') }),
    to: 'eve',
  },
  {
    name: 'a ticket that is with the agent by chance stays there where no person is known',
    issue: issue([], { assignee: user('agent') }),
    to: undefined,
  },
  {
    name: 'a ticket of a person is not moved to its reporter',
    issue: issue([], { assignee: user('bob'), reporter: user('eve') }),
    to: undefined,
  },
  {
    name: 'a ticket an app reported stays without a person',
    trigger: assignee,
    issue: issue([], { assignee: user('agent'), reporter: user('rule', { accountType: 'app' }) }),
    to: null,
  },
  {
    name: 'an assigned ticket goes back to who assigned it',
    trigger: assignee,
    issue: issue([assignedBy(user('ada'))], { assignee: user('agent') }),
    to: 'ada',
  },
  {
    name: 'a ticket without an assigner goes to its reporter',
    trigger: assignee,
    issue: issue([], { assignee: user('agent'), reporter: user('eve') }),
    to: 'eve',
  },
  {
    name: 'an assigned ticket never stays with the agent',
    trigger: assignee,
    issue: issue([], { assignee: user('agent') }),
    to: null,
  },
  {
    name: 'a ticket that a person gave to another one while the agent worked stays with them',
    issue: issue([given('carol', user('ada')), begun, movedBy(user('ada'))], { assignee: user('carol') }),
    reviewer: 'bob',
    to: undefined,
  },
  {
    name: 'a ticket that a person gave to another one before the agent began goes to the reviewer',
    issue: issue([begun, given('carol', user('ada')), movedBy(user('ada'))], { assignee: user('carol') }),
    reviewer: 'bob',
    to: 'bob',
  },
  {
    name: 'a rule of an automation decides nothing',
    issue: issue([given('carol', user('rule', { accountType: 'app' })), begun, movedBy(user('ada'))], {
      assignee: user('carol'),
    }),
    to: 'ada',
  },
  {
    name: 'a ticket that a person gave to the agent while it worked leaves it',
    issue: issue([given('agent', user('ada')), begun, movedBy(user('ada'))], { assignee: user('agent') }),
    to: 'ada',
  },
  {
    name: 'a failure leaves it with whom a person gave it to meanwhile, too',
    trigger: assignee,
    issue: issue([given('carol', user('ada')), begun, assignedBy(user('ada'))], { assignee: user('carol') }),
    ended: 'stopped',
    to: undefined,
  },
  {
    name: 'a failure leaves a ticket as it is that a person moved meanwhile',
    issue: issue([moved('Done', user('ada')), begun, movedBy(user('ada'))], { assignee: user('carol') }),
    ended: 'stopped',
    to: undefined,
  },
  {
    name: 'a failure takes a ticket off the agent also where a person moved it meanwhile',
    trigger: assignee,
    issue: issue([moved('Done', user('bob')), begun, assignedBy(user('ada'))], { assignee: user('agent') }),
    ended: 'stopped',
    to: 'ada',
  },
  {
    name: 'a ticket a person took from the agent is left to them',
    trigger: assignee,
    issue: issue([], { assignee: user('bob'), reporter: user('eve') }),
    to: undefined,
  },
])('$name', ({ issue: about, trigger = status, reviewer, ended = 'in-review', to }) => {
  const binding = { trigger, ...(reviewer === undefined ? {} : { reviewer }) };
  expect(planReturnToReporter(about, binding, { ended, self })).toBe(to);
});

it('leaves a ticket with neither of the two accounts of an agent that is assigned under another than it acts with', () => {
  const binding = { trigger: assignee };
  const plan = (assigned: string, reporter: string) =>
    planReturnToReporter(issue([], { assignee: user(assigned), reporter: user(reporter) }), binding, {
      ended: 'in-review',
      self: { accountId: 'acting' },
    });
  expect([plan('agent', 'eve'), plan('acting', 'eve'), plan('agent', 'acting'), plan('acting', 'agent')]).toEqual([
    'eve',
    'eve',
    null,
    null,
  ]);
});
