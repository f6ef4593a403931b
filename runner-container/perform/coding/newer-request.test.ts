import { expect, it } from 'vitest';
import type { Trigger } from '../../../shared/domain/mapping/binding.ts';
import type { Issue } from '../../../shared/domain/ports/jira.ts';
import { anIssue } from '../../../test/builders/jira.ts';
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
    seen: 'c7',
    another: true,
  },
])('$name', ({ issue, seen, another }) => expect(standsForAnother(issue, { trigger }, seen)).toBe(another));

it.each([
  ['coding~PROJ-1~10033', '10033'],
  ['coding~PROJ-1~0', '0'],
  ['coding~PROJ-1~c10018', 'c10018'],
])('%s was asked for by %s', (id, request) => expect(requestOf({ id })).toBe(request));
