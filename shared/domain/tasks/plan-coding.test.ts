import { expect, it } from 'vitest';

import type { Binding } from '../mapping/binding.ts';
import { type PlannedIssue, planCoding } from './plan-coding.ts';

const binding = {
  jiraProject: 'PROJ',
  credentialRef: 'platform_team',
  trigger: { kind: 'status', status: 'AI Ready' },
} as Binding; // planning reads only these fields

function anIssue(overrides: Partial<PlannedIssue> = {}): PlannedIssue {
  return {
    key: 'PROJ-12',
    projectKey: 'PROJ',
    status: { name: 'AI Ready' },
    labels: [],
    blockedBy: [],
    revision: '10233',
    ...overrides,
  };
}

it('keys the task by the change that triggered it, so that poll and webhook plan the same task', () => {
  expect(planCoding(anIssue(), binding)).toEqual({
    action: 'enqueue',
    task: {
      version: 1,
      kind: 'coding',
      id: 'coding~PROJ-12~10233',
      scope: 'issue~PROJ-12',
      credentialRef: 'platform_team',
      jiraProject: 'PROJ',
      issueKey: 'PROJ-12',
    },
  });
});

it('plans a new task when the issue is moved back', () => {
  const first = planCoding(anIssue({ revision: '1' }), binding);
  const second = planCoding(anIssue({ revision: '2' }), binding);

  expect(first).not.toEqual(second);
});

it.each<{ name: string; issue: Partial<PlannedIssue>; binding?: Binding; plan: object }>([
  { name: 'ignores a status of another case', issue: { status: { name: 'ai ready ' } }, plan: { action: 'enqueue' } },
  {
    name: 'skips another status',
    issue: { status: { name: 'To Do' } },
    plan: { action: 'skip', reason: 'not-triggered' },
  },
  {
    name: 'waits for a blocker that is not done',
    issue: {
      blockedBy: [
        { key: 'PROJ-1', done: true },
        { key: 'PROJ-2', done: false },
      ],
    },
    plan: { action: 'skip', reason: 'blocked', waitsFor: ['PROJ-2'] },
  },
  {
    name: 'starts on the configured assignee',
    issue: { status: { name: 'To Do' }, assignee: { accountId: 'agent-1' } },
    binding: { ...binding, trigger: { kind: 'assignee', accountId: 'agent-1' } },
    plan: { action: 'enqueue' },
  },
  {
    name: 'does not start on another assignee',
    issue: { assignee: { accountId: 'person-1' } },
    binding: { ...binding, trigger: { kind: 'assignee', accountId: 'agent-1' } },
    plan: { action: 'skip', reason: 'not-triggered' },
  },
  {
    name: 'starts on the configured label',
    issue: { status: { name: 'To Do' }, labels: ['backend', 'AI'] },
    binding: { ...binding, trigger: { kind: 'label', label: 'ai' } },
    plan: { action: 'enqueue' },
  },
])('$name', ({ issue, binding: other, plan }) => {
  expect(planCoding(anIssue(issue), other ?? binding)).toMatchObject(plan);
});

it('skips an issue of a project nobody mapped', () => {
  expect(planCoding(anIssue(), undefined)).toEqual({ action: 'skip', reason: 'unbound-project' });
});
