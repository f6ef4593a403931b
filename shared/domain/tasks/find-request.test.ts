import { expect, it } from 'vitest';
import type { Trigger } from '../mapping/binding.ts';
import type { IssueChange } from '../ports/jira.ts';
import { findRequest } from './find-request.ts';

const status: Trigger = { kind: 'status', status: 'AI Ready' };
const assignee: Trigger = { kind: 'assignee', accountId: 'agent' };
const label: Trigger = { kind: 'label', label: 'ai' };
const ada = { accountId: 'ada', displayName: 'Ada' };

function change(id: string, field: IssueChange['field'], from: string, to: string, toId = to): IssueChange {
  return { id, field, from, to, toId, by: ada };
}

it.each<{ name: string; trigger: Trigger; changes: IssueChange[]; revision: string }>([
  {
    name: 'the newest move into the status asks',
    trigger: status,
    changes: [change('3', 'status', 'To Do', 'ai ready'), change('1', 'status', 'To Do', 'AI Ready')],
    revision: '3',
  },
  {
    name: 'our own move out of it is no request',
    trigger: status,
    changes: [change('4', 'status', 'AI Ready', 'In Progress'), change('3', 'status', 'To Do', 'AI Ready')],
    revision: '3',
  },
  {
    name: 'handing a ticket back is no request',
    trigger: status,
    changes: [change('4', 'assignee', '', 'ada'), change('3', 'status', 'To Do', 'AI Ready')],
    revision: '3',
  },
  {
    name: 'an issue created in its trigger has no change',
    trigger: status,
    changes: [change('4', 'assignee', '', 'ada')],
    revision: '0',
  },
  {
    name: 'the newest assignment to the agent asks',
    trigger: assignee,
    changes: [change('5', 'assignee', 'Ada', 'cmap', 'agent'), change('2', 'assignee', '', 'cmap', 'agent')],
    revision: '5',
  },
  {
    name: 'our move of an assigned ticket is no request',
    trigger: assignee,
    changes: [change('6', 'status', 'To Do', 'In Progress'), change('5', 'assignee', '', 'cmap', 'agent')],
    revision: '5',
  },
  {
    name: 'the newest addition of the label asks',
    trigger: label,
    changes: [change('7', 'labels', 'x', 'x AI'), change('5', 'labels', '', 'ai')],
    revision: '7',
  },
  {
    name: 'a label with the name of the status, or an account, is no request',
    trigger: status,
    changes: [change('7', 'labels', '', 'AI Ready'), change('5', 'assignee', '', 'AI Ready')],
    revision: '0',
  },
  {
    name: 'a status with the id of the account is no request',
    trigger: assignee,
    changes: [change('7', 'status', 'To Do', 'x', 'agent')],
    revision: '0',
  },
  {
    name: 'an assignment to another account is no request',
    trigger: assignee,
    changes: [change('7', 'assignee', '', 'agent', 'ada'), change('5', 'assignee', '', 'cmap', 'agent')],
    revision: '5',
  },
  {
    name: 'a status with the name of the label is no request',
    trigger: label,
    changes: [change('7', 'status', 'To Do', 'ai')],
    revision: '0',
  },
  {
    name: 'another label is no request',
    trigger: label,
    changes: [change('8', 'labels', 'ai', 'ai x'), change('7', 'labels', '', 'ai')],
    revision: '7',
  },
  {
    name: 'taking the label off is no request',
    trigger: label,
    changes: [change('8', 'labels', 'ai x', 'x'), change('7', 'labels', 'x', 'ai x')],
    revision: '7',
  },
  {
    name: 'part of a label is another label',
    trigger: label,
    changes: [change('8', 'labels', '', 'ai-later')],
    revision: '0',
  },
])('$name', ({ trigger, changes, revision }) => {
  const request = findRequest({ revision: '99', changes }, trigger);
  expect(request).toEqual(revision === '0' ? { revision } : { revision, by: ada });
});

it('names no person where neither the changelog nor the issue does', () => {
  const { by: _, ...byNone } = change('3', 'status', 'To Do', 'AI Ready');
  expect(findRequest({ revision: '99', changes: [byNone], movedBy: ada }, status)).toEqual({ revision: '3' });
  expect(findRequest({ revision: '99' }, status)).toEqual({ revision: '99' });
});

it('believes the revision where the changelog was not read', () => {
  expect(findRequest({ revision: '99', movedBy: ada }, label)).toEqual({ revision: '99', by: ada });
});
