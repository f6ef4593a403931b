import { expect, it } from 'vitest';

import { findMarks, listStoppedLabels, planStoppedIssue } from './plan-stopped-issue.ts';

const statuses = { inProgress: 'In Progress', inReview: 'In Review', done: 'Done', stopped: 'Needs Input' };

it.each([
  { name: 'moves a ticket that stands where the agent put it', at: 'in progress', plan: { status: 'Needs Input' } },
  { name: 'leaves a ticket that a person moved', at: 'To Do', plan: {} },
  { name: 'leaves a ticket that is there already', at: 'Needs Input', plan: {} },
  { name: 'adds the label', at: 'To Do', stoppedLabel: 'ai-stopped', plan: { addLabel: 'ai-stopped' } },
  { name: 'adds no second label', at: 'To Do', labels: ['AI-Stopped'], stoppedLabel: 'ai-stopped', plan: {} },
  {
    name: 'does both',
    at: 'In Progress',
    stoppedLabel: 'ai-stopped',
    plan: { status: 'Needs Input', addLabel: 'ai-stopped' },
  },
])('$name', ({ at, labels = [], stoppedLabel, plan }) => {
  const binding = { statuses, ...(stoppedLabel === undefined ? {} : { stoppedLabel }) };
  expect(planStoppedIssue({ status: { name: at }, labels }, binding)).toEqual(plan);
});

it.each(['In Review', 'Done', 'Needs Input'])('leaves a ticket that the agent itself left in %s', (name) => {
  const changes = [
    { id: '1', field: 'status' as const, by: { accountId: 'us', displayName: 'cmap' }, toId: '3', from: '', to: '' },
  ];
  expect(planStoppedIssue({ status: { name }, labels: [], changes }, { statuses }, { selfAccountId: 'us' })).toEqual(
    {},
  );
  const at = { status: { name: 'Doing' }, labels: [], changes };
  expect(planStoppedIssue(at, { statuses }, { selfAccountId: 'us' })).toEqual({ status: 'Needs Input' });
});

it('moves no ticket into the status it has, where the agent works in the status of stopped tickets', () => {
  const same = { ...statuses, stopped: 'in progress' };
  expect(planStoppedIssue({ status: { name: 'In Progress' }, labels: [] }, { statuses: same })).toEqual({});
});

it('changes nothing where the binding names nothing', () => {
  const { stopped: _, ...unnamed } = statuses;
  expect(planStoppedIssue({ status: { name: 'In Progress' }, labels: ['x'] }, { statuses: unnamed })).toEqual({});
});

it.each([
  { labels: ['x', 'AI-Stopped'], marks: { stoppedLabel: 'ai-stopped' }, found: ['AI-Stopped'] },
  { labels: ['x'], marks: { stoppedLabel: 'ai-stopped' }, found: [] },
  { labels: ['x'], marks: {}, found: [] },
  {
    labels: ['ai-asks', 'x', 'ai-stopped'],
    marks: { stoppedLabel: 'ai-stopped', needsAnswerLabel: 'AI-Asks' },
    found: ['ai-asks', 'ai-stopped'],
  },
])('takes $found off', ({ labels, marks, found }) => {
  expect(listStoppedLabels({ labels }, marks)).toEqual(found);
});

it.each([
  { name: 'nothing of its own', marks: {}, found: { status: 'Needs Input', label: 'ai-stopped' } },
  { name: 'a status', marks: { status: 'Asked' }, found: { status: 'Asked', label: undefined } },
  { name: 'a label', marks: { label: 'ai-asks' }, found: { status: 'Needs Input', label: 'ai-asks' } },
  { name: 'both', marks: { status: 'Asked', label: 'ai-asks' }, found: { status: 'Asked', label: 'ai-asks' } },
])('a question that has $name shows as $found', ({ marks: { status, label }, found }) => {
  const binding = {
    statuses: { ...statuses, ...(status === undefined ? {} : { needsAnswer: status }) },
    stoppedLabel: 'ai-stopped',
    needsAnswerLabel: label,
  };
  expect(findMarks(binding, true)).toEqual(found);
  expect(findMarks(binding, false)).toEqual({ status: 'Needs Input', label: 'ai-stopped' });
});

it('leaves a ticket that stands where it waits for an answer', () => {
  const changes = [
    { id: '1', field: 'status' as const, by: { accountId: 'us', displayName: 'cmap' }, toId: '3', from: '', to: '' },
  ];
  const asking = { statuses: { ...statuses, needsAnswer: 'Asked' } };
  const issue = { status: { name: 'asked' }, labels: [], changes };
  expect(planStoppedIssue(issue, asking, { selfAccountId: 'us' })).toEqual({});
});
