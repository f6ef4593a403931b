import { expect, it } from 'vitest';

import { anIssue } from '../../../test/builders/jira.ts';
import type { JiraBinding } from '../mapping/binding.ts';
import { type PlannedIssue, planCoding } from './plan-coding.ts';

const binding = {
  jiraProject: 'PROJ',
  credentialRef: 'platform_team',
  trigger: { kind: 'status', status: 'AI Ready' },
} as JiraBinding; // planning reads only these fields

/** It is not known who moved it, unless that is given. */
function plannedIssue(overrides: Partial<PlannedIssue> = {}): PlannedIssue {
  const { movedBy: _, ...issue } = anIssue();
  return { ...issue, ...overrides };
}

it('keys the task by the change that triggered it, so that poll and webhook plan the same task', () => {
  expect(planCoding(plannedIssue(), binding)).toEqual({
    action: 'enqueue',
    task: {
      version: 1,
      kind: 'coding',
      id: 'coding~PROJ-12~10233',
      scope: 'issue~PROJ-12',
      credentialRef: 'platform_team',
      jiraProject: 'PROJ',
      issueKey: 'PROJ-12',
      cause: { kind: 'issue-change', revision: '10233' },
    },
  });
});

it('sends the task to the runners of the image the binding names, under the same key', () => {
  const [plain, ofImage] = [binding, { ...binding, image: 'python' }].map((one) => planCoding(plannedIssue(), one));
  expect(ofImage).toMatchObject({ task: { image: 'python' } });
  expect(ofImage?.action === 'enqueue' && ofImage.task.id).toBe(plain?.action === 'enqueue' && plain.task.id);
});

it('plans a new task when the issue is moved back', () => {
  const first = planCoding(plannedIssue({ revision: '1' }), binding);
  const second = planCoding(plannedIssue({ revision: '2' }), binding);

  expect(first).not.toEqual(second);
});

it.each<{ name: string; issue: Partial<PlannedIssue>; binding?: JiraBinding; plan: object }>([
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
  {
    name: 'does not start without the label',
    issue: { labels: ['backend'] },
    binding: { ...binding, trigger: { kind: 'label', label: 'ai' } },
    plan: { action: 'skip', reason: 'not-triggered' },
  },
  {
    name: 'does not start without an assignee',
    issue: {},
    binding: { ...binding, trigger: { kind: 'assignee', accountId: 'agent-1' } },
    plan: { action: 'skip', reason: 'not-triggered' },
  },
  {
    name: 'does not wait for blockers that are done',
    issue: { blockedBy: [{ key: 'PROJ-1', done: true }] },
    plan: { action: 'enqueue' },
  },
])('$name', ({ issue, binding: other, plan }) => {
  expect(planCoding(plannedIssue(issue), other ?? binding)).toMatchObject(plan);
});

it('skips an issue of a project that is not mapped', () => {
  expect(planCoding(plannedIssue(), undefined)).toEqual({ action: 'skip', reason: 'unbound-project' });
});

const statuses = { inProgress: 'In Progress', inReview: 'In Review', done: 'Done' };
const agent = { accountId: 'agent', displayName: 'cmap' };
const ada = { accountId: 'ada', displayName: 'Ada' };

it.each<{ name: string; status: string; movedBy?: typeof ada; self?: string; plan: object }>([
  { name: 'the agent moved it into In Review', status: 'In Review', movedBy: agent, plan: { reason: 'own-change' } },
  {
    name: 'the agent moved it into "in progress "',
    status: 'in progress ',
    movedBy: agent,
    plan: { reason: 'own-change' },
  },
  { name: 'the agent moved it into Done', status: 'Done', movedBy: agent, plan: { reason: 'own-change' } },
  { name: 'a person moved it into In Review', status: 'In Review', movedBy: ada, plan: { action: 'enqueue' } },
  { name: 'it is not known who moved it', status: 'In Review', plan: { action: 'enqueue' } },
  { name: 'the agent is not known', status: 'In Review', movedBy: agent, self: '', plan: { action: 'enqueue' } },
  // One account for the agent and a person: the agent sets no such status, so the person did.
  {
    name: 'the account of the agent moved it into AI Ready',
    status: 'AI Ready',
    movedBy: agent,
    plan: { action: 'enqueue' },
  },
])('looks for its own changes where a trigger is a status it sets itself: $name', ({ status, movedBy, self, plan }) => {
  const own = { ...binding, statuses, trigger: { kind: 'status', status } } as JiraBinding;
  const issue = plannedIssue({ status: { name: status }, ...(movedBy ? { movedBy } : {}) });
  const context = { agentId: 'cmap', now: 0, selfAccountId: self === '' ? undefined : 'agent' };
  expect(planCoding(issue, own, undefined, context)).toMatchObject(plan);
});

it('knows the status of a stopped ticket as one it sets itself', () => {
  const issue = plannedIssue({ status: { name: 'Needs Input' }, movedBy: agent });
  const trigger = { kind: 'status', status: 'needs input' } as const;
  const own = { ...binding, statuses: { ...statuses, stopped: 'Needs Input' }, trigger };
  const context = { agentId: 'cmap', now: 0, selfAccountId: 'agent' };
  expect(planCoding(issue, own, undefined, context)).toEqual({ action: 'skip', reason: 'own-change' });
});

it.each<{ trigger: JiraBinding['trigger'] }>([
  { trigger: { kind: 'label', label: 'In Review' } },
  { trigger: { kind: 'assignee', accountId: 'agent' } },
])('sets no $trigger.kind itself, so that its account may ask that way', ({ trigger }) => {
  const issue = plannedIssue({ labels: ['In Review'], assignee: { accountId: 'agent' }, movedBy: agent });
  const context = { agentId: 'cmap', now: 0, selfAccountId: 'agent' };
  expect(planCoding(issue, { ...binding, statuses, trigger }, undefined, context)).toMatchObject({ action: 'enqueue' });
});

it('carries the trace of the event', () => {
  expect(planCoding(anIssue(), binding, '00-1-2-01')).toMatchObject({ task: { traceparent: '00-1-2-01' } });
});

it('says in the task who asked', () => {
  expect(planCoding(plannedIssue({ movedBy: ada }), binding)).toMatchObject({
    task: { requestedBy: { service: 'jira', id: 'ada', name: 'Ada' } },
  });
});
