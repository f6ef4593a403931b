import { expect, it } from 'vitest';
import { aJiraUser, anIssue } from '../../../test/builders/jira.ts';
import type { Trigger } from '../mapping/binding.ts';
import type { IssueChange } from '../ports/jira.ts';
import { type AskedIssue, findAsker } from './find-asker.ts';

const status: Trigger = { kind: 'status', status: 'AI Ready' };
const assignee: Trigger = { kind: 'assignee', accountId: 'agent' };
const label: Trigger = { kind: 'label', label: 'ai' };

const customer = aJiraUser({ accountId: 'eve', accountType: 'customer' });
const rule = aJiraUser({ accountId: 'rule', accountType: 'app' });
const person = aJiraUser({ accountId: 'ada' });
const staff = aJiraUser({ accountId: 'staff' });

function change(field: IssueChange['field'], to: string, by?: typeof person, from = ''): IssueChange {
  return { id: '500', field, from, to, toId: to, ...(by ? { by } : {}) };
}

/** Of a customer, moved or assigned at some time. */
function ask(trigger: Trigger, issue: Partial<AskedIssue>): string | undefined {
  const { movedBy, ...rest } = anIssue({ reporter: customer, changes: [], ...issue });
  return findAsker(rest, trigger)?.accountId;
}

it.each([
  { name: 'the person who moved it there', trigger: status, changes: [change('status', 'AI Ready', person)] },
  { name: 'the person who gave it to the agent', trigger: assignee, changes: [change('assignee', 'agent', person)] },
  { name: 'the person who labelled it', trigger: label, changes: [change('labels', 'x ai', person, 'x')] },
  {
    name: 'the person who moved it there before its status was renamed',
    trigger: status,
    changes: [change('assignee', 'ada', rule), change('status', 'For the AI', person)],
  },
])('is $name', ({ trigger, changes }) => {
  expect(ask(trigger, { changes })).toBe('ada');
});

it.each([
  { name: 'assigned it', trigger: status, changes: [change('assignee', 'ada', rule)] },
  { name: 'labelled it', trigger: status, changes: [change('labels', 'billing', rule)] },
  { name: 'moved it', trigger: assignee, changes: [change('status', 'Triage', rule)] },
  { name: 'assigned it', trigger: label, changes: [change('assignee', 'ada', rule)] },
  { name: 'gave it another label', trigger: label, changes: [change('labels', 'ai x', rule, 'ai')] },
])('of a ticket created in its trigger by $trigger.kind is the reporter, although a rule $name', (issue) => {
  expect(ask(issue.trigger, issue)).toBe('eve');
});

it('of a ticket that was never moved or assigned is the reporter, however much else was changed', () => {
  expect(ask(status, { revision: '0', hasOlderChanges: true })).toBe('eve');
});

it('is not known where Jira names no account', () => {
  expect(ask(status, { changes: [change('status', 'AI Ready')] })).toBeUndefined();
});

it('is taken for the customer where the change is too long ago to be seen, and otherwise not known', () => {
  const issue = { changes: [change('assignee', 'ada', rule)], hasOlderChanges: true };
  expect(ask(status, issue)).toBe('eve');
  expect(ask(label, { ...issue, revision: '0' })).toBe('eve');
  expect(ask(status, { ...issue, reporter: staff })).toBeUndefined();
});

it.each([
  { name: 'was never changed', issue: { reporter: undefined, revision: '0' } },
  { name: 'has a person as its reporter since', issue: { reporter: staff, revision: '0' } },
  { name: 'was labelled by a rule since', issue: { changes: [change('labels', 'billing', rule)] } },
  { name: 'has too many changes to see', issue: { changes: [change('labels', 'x', rule)], hasOlderChanges: true } },
])('of a ticket that a visitor without an account created is that visitor, where it $name', ({ issue }) => {
  const { reporter, ...changes } = issue;
  expect(ask(status, { ...changes, ...(reporter ? { reporter } : {}), createdAnonymously: true })).toBe('');
  const moved = [change('status', 'AI Ready', person)];
  expect(ask(status, { revision: '500', changes: moved, createdAnonymously: true })).toBe('ada');
});
