import { describe, expect, it } from 'vitest';

import { anIssue } from '../../../test/builders/jira.ts';
import type { Binding } from '../mapping/binding.ts';
import { findTicketOfBranch } from './find-ticket-of-branch.ts';
import { type MergeRequestEndPlan, planMergeRequestEnd } from './plan-merge-request-end.ts';

const binding: Pick<Binding, 'statuses' | 'trigger'> = {
  trigger: { kind: 'status', status: 'AI Ready' },
  statuses: { inProgress: 'In Progress', inReview: 'In Review', done: 'Done' },
};
const inReview = { id: '1', name: 'In Review', category: 'indeterminate' as const };
const quiet = { hasOpenRun: false, hasOpenMergeRequest: false };

describe('the end of a merge request', () => {
  it.each<{
    name: string;
    state?: 'merged' | 'closed' | 'opened';
    issue?: object;
    done?: string;
    facts?: Partial<typeof quiet>;
    plan: MergeRequestEndPlan;
  }>([
    {
      name: 'merged: the ticket is done',
      plan: { action: 'notify', purpose: 'merged', moveTo: 'Done', asksForMore: false },
    },
    {
      name: 'closed: the ticket is notified and stays',
      state: 'closed',
      plan: { action: 'notify', purpose: 'closed', asksForMore: false },
    },
    { name: 'opened again since: nothing', state: 'opened', plan: { action: 'skip', reason: 'still-open' } },
    {
      name: 'merged with done: off: it is recorded, and the ticket is left alone',
      done: 'off',
      plan: { action: 'record', purpose: 'merged' },
    },
    {
      name: 'closed with done: off: the ticket is notified',
      done: 'off',
      state: 'closed',
      plan: { action: 'notify', purpose: 'closed', asksForMore: false },
    },
    {
      name: 'merged, and a person has finished the ticket in another way: notified only',
      issue: { status: { id: '2', name: 'Released', category: 'done' } },
      plan: { action: 'notify', purpose: 'merged', asksForMore: false },
    },
    {
      name: 'merged, and the ticket asks for more already: its request survives',
      issue: { status: { id: '3', name: 'AI Ready', category: 'new' } },
      plan: { action: 'notify', purpose: 'merged', asksForMore: true },
    },
    {
      name: 'merged while a run is at work, and the ticket asks for more: notified at once',
      issue: { status: { id: '3', name: 'AI Ready', category: 'new' } },
      facts: { hasOpenRun: true },
      plan: { action: 'notify', purpose: 'merged', asksForMore: true },
    },
    {
      name: 'merged while a run is at work on a ticket in a final status: later, also where that is the trigger',
      issue: { status: { id: '3', name: 'AI Ready', category: 'done' } },
      facts: { hasOpenRun: true },
      plan: { action: 'reschedule' },
    },
    {
      name: 'closed while the next merge request is open: it says so',
      state: 'closed',
      facts: { hasOpenMergeRequest: true },
      plan: { action: 'notify', purpose: 'closed', asksForMore: true },
    },
    { name: 'merged while a run is at work: later', facts: { hasOpenRun: true }, plan: { action: 'reschedule' } },
    {
      name: 'merged, and the next merge request is open: not done',
      facts: { hasOpenMergeRequest: true },
      plan: { action: 'notify', purpose: 'merged', asksForMore: true },
    },
  ])('$name', ({ state = 'merged', issue = {}, done = 'Done', facts = {}, plan }) => {
    const bound = { ...binding, mode: 'live' as const, statuses: { ...binding.statuses, done } };
    expect(
      planMergeRequestEnd({ state }, anIssue({ status: inReview, ...issue }), bound, { ...quiet, ...facts }),
    ).toEqual(plan);
  });
});

describe('the ticket of a branch', () => {
  const bindings = [
    { jiraProject: 'PROJ', branchPrefix: 'agent/' },
    { jiraProject: 'OPS', branchPrefix: 'bot/ops-' },
  ];
  it.each([
    { branch: 'agent/PROJ-12', issueKey: 'PROJ-12' },
    { branch: 'bot/ops-OPS-3', issueKey: 'OPS-3' },
    { branch: 'agent/OPS-3', issueKey: undefined },
    { branch: 'agent/PROJ-012', issueKey: undefined },
    { branch: 'agent/PROJ-12-again', issueKey: undefined },
    { branch: 'agent/PROJ-x12', issueKey: undefined },
    { branch: 'agent/PROJ-0', issueKey: undefined },
    { branch: `agent/PROJ-${'1'.repeat(18)}`, issueKey: `PROJ-${'1'.repeat(18)}` },
    { branch: `agent/PROJ-${'1'.repeat(19)}`, issueKey: undefined },
    { branch: 'feature/agent/PROJ-12', issueKey: undefined },
    { branch: 'agent/PROJ-12\n', issueKey: undefined },
    { branch: 'agent/SECRET-1', issueKey: undefined },
    { branch: '', issueKey: undefined },
  ])('of $branch is $issueKey', ({ branch, issueKey }) => {
    expect(findTicketOfBranch(branch, bindings)?.issueKey).toBe(issueKey);
  });

  it('comes with its binding, also where another one has the same prefix', () => {
    const both = [...bindings, { jiraProject: 'OPS', branchPrefix: 'agent/' }];
    expect(findTicketOfBranch('agent/OPS-3', both)).toEqual({
      issueKey: 'OPS-3',
      jiraProject: 'OPS',
      binding: both[2],
    });
  });
});

it.each(['merged', 'closed'] as const)('in shadow one that was %s is recorded, and its ticket left alone', (state) => {
  const shadowed = { ...binding, mode: 'shadow' as const };
  const issue = anIssue({ status: { id: '1', name: 'AI Ready', category: 'new' } });
  for (const hasOpenRun of [true, false])
    expect(planMergeRequestEnd({ state }, issue, shadowed, { ...quiet, hasOpenRun })).toEqual({
      action: 'record',
      purpose: state,
    });
});
