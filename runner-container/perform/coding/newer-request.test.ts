import { expect, it } from 'vitest';
import type { Trigger } from '../../../shared/domain/mapping/binding.ts';
import type { Issue } from '../../../shared/domain/ports/jira.ts';
import { anIssue } from '../../../test/builders/jira.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { requestOf, standsForAnother } from './newer-request.ts';

const trigger: Trigger = { kind: 'status', status: 'AI Ready' };

function moved(status: string, ...moves: [id: string, to: string][]): Issue {
  const changes = moves.map(([id, to]) => ({ id, field: 'status' as const, from: '', to, toId: '' }));
  return anIssue({ status: { id: '1', name: status, category: 'new' }, revision: '0', changes: changes.toReversed() });
}

it.each([
  {
    name: 'a ticket that was moved on',
    issue: moved('In Progress', ['1', 'AI Ready'], ['2', 'In Progress']),
    seen: '1',
    another: false,
  },
  {
    name: 'a ticket that stands for what was seen',
    issue: moved('AI Ready', ['1', 'AI Ready']),
    seen: '1',
    another: false,
  },
  {
    name: 'a ticket that was handed over again',
    issue: moved('AI Ready', ['1', 'AI Ready'], ['2', 'In Progress'], ['3', 'AI Ready']),
    seen: '1',
    another: true,
  },
  { name: 'a ticket created in its trigger, seen', issue: moved('AI Ready'), seen: '0', another: false },
  {
    name: 'a ticket in its trigger, for a run a comment asked for',
    issue: moved('AI Ready'),
    seen: undefined,
    another: true,
  },
])('$name', ({ issue, seen, another }) => expect(standsForAnother(issue, { trigger }, seen)).toBe(another));

it.each([
  { name: 'a change', task: { cause: { kind: 'issue-change', revision: '10033' } }, request: '10033' },
  { name: 'a comment', task: { cause: { kind: 'issue-comment', commentId: '10018' } }, request: undefined },
  { name: 'a change, by an earlier version', task: { id: 'coding~PROJ-1~10033' }, request: '10033' },
  { name: 'the creation, by an earlier version', task: { id: 'coding~PROJ-1~0' }, request: '0' },
  { name: 'a comment, by an earlier version', task: { id: 'coding~PROJ-1~c10018' }, request: undefined },
] as const)('$name asks for a task', ({ task, request }) => {
  expect(requestOf(aCodingTask(task))).toBe(request);
});
