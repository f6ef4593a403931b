import { describe, expect, it } from 'vitest';

import { aJiraUser, anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import { aRun } from '../../../test/builders/runs.ts';
import type { IssueChange, IssueComment } from '../ports/jira.ts';
import type { Run } from '../runs/run.ts';
import { chooseCodingStep, type StepQuestion } from './choose-coding-step.ts';

const POSTED = 10_000;
const waiting = { runId: 'run-plan', postedAt: POSTED, digest: 'd1' };
const done = (what: string, overrides: Partial<Run> = {}) =>
  aRun({ state: 'done', result: { what }, updatedAt: POSTED, ...overrides });

const aComment = (overrides: Partial<IssueComment> = {}) =>
  anIssueComment({ body: '/copilot go', createdAt: POSTED + 1, updatedAt: POSTED + 1, ...overrides });
const aMove = (overrides: Partial<IssueChange> = {}): IssueChange => ({
  id: '10233',
  field: 'status',
  by: aJiraUser(),
  toId: '1',
  from: 'In Progress',
  to: 'AI Ready',
  at: POSTED + 1,
  ...overrides,
});

function choose(question: Partial<StepQuestion> = {}) {
  const { comment, others = [] } = question;
  return chooseCodingStep({
    mode: 'ask',
    cause: comment
      ? { kind: 'issue-comment', commentId: comment.id }
      : { kind: 'issue-change', revision: question.change?.id ?? '10233' },
    others,
    waiting: undefined,
    comment: undefined,
    change: undefined,
    digest: 'd1',
    agent: { self: theAgent(), words: ['/copilot', '@cmap'] },
    hasNewerChange: false,
    ...question,
  });
}

describe('a run for which no plan waits', () => {
  it.each<{ name: string; question: Partial<StepQuestion>; step: object }>([
    { name: 'works where none is asked for', question: { mode: 'off' }, step: { kind: 'code' } },
    { name: 'plans', question: {}, step: { kind: 'plan', mode: 'ask' } },
    { name: 'plans and goes on', question: { mode: 'show' }, step: { kind: 'plan', mode: 'show' } },
    {
      name: 'plans for a ticket that is asked for again after a merge request',
      question: { others: [done('merge-request')] },
      step: { kind: 'plan', mode: 'ask' },
    },
    {
      name: 'reworks a merge request',
      question: { comment: aComment({ body: '/copilot rename it' }), others: [done('merge-request'), done('plan')] },
      step: { kind: 'code' },
    },
    ...['question', 'no-changes'].map((what) => ({
      name: `reworks a merge request also after a run that ended with ${what}`,
      question: {
        comment: aComment({ body: 'The one on the start page.' }),
        others: [done(what), done('merge-request'), done('plan')],
      },
      step: { kind: 'code' as const },
    })),
    ...['question', 'no-changes'].map((what) => ({
      name: `plans for a comment after a run that ended with ${what}`,
      question: { comment: aComment({ body: 'The one on the start page.' }), others: [done(what)] },
      step: { kind: 'plan', mode: 'ask' },
    })),
    {
      name: 'plans for a comment after a run that failed before there was a plan',
      question: { comment: aComment(), others: [aRun({ state: 'failed' })] },
      step: { kind: 'plan', mode: 'ask' },
    },
    {
      name: 'takes go for an answer to a question that came after it',
      question: { comment: aComment(), others: [done('question'), done('plan')] },
      step: { kind: 'plan', mode: 'ask' },
    },
  ])('$name', ({ question, step }) => {
    expect(choose(question)).toEqual(step);
  });

  it.each(['ask', 'off'] as const)(
    'starts nothing by an approval that came before the plan was carried out (%s)',
    (mode) => {
      const others = [done('merge-request', { updatedAt: POSTED + 5 }), done('plan')];
      expect(choose({ mode, comment: aComment(), others })).toEqual({
        kind: 'refused',
        reason: 'approval-of-older-plan',
      });
      // Without a plan it is a comment like any other.
      expect(choose({ mode: 'off', comment: aComment(), others: [done('merge-request')] })).toEqual({ kind: 'code' });
    },
  );
});

describe('a plan that waits', () => {
  const approved = { kind: 'code', planRun: 'run-plan' };
  const again = { kind: 'plan', mode: 'ask', replaces: 'run-plan' };

  it('is carried out after an approval in a comment, or after the ticket was asked for again', () => {
    expect(choose({ waiting, comment: aComment() })).toEqual(approved);
    expect(choose({ waiting, change: aMove() })).toEqual(approved);
    // What the map says meanwhile changes nothing about it.
    for (const mode of ['off', 'show'] as const)
      expect(choose({ mode, waiting, comment: aComment() })).toEqual(approved);
  });

  it.each<{ name: string; comment: Partial<IssueComment>; reason: string }>([
    { name: 'was edited', comment: { updatedAt: POSTED + 2 }, reason: 'approval-edited' },
    {
      name: 'is from before the plan',
      comment: { createdAt: POSTED - 1, updatedAt: POSTED - 1 },
      reason: 'approval-of-older-plan',
    },
    {
      name: 'is as old as the plan',
      comment: { createdAt: POSTED, updatedAt: POSTED },
      reason: 'approval-of-older-plan',
    },
    {
      name: 'the agent wrote',
      comment: { author: theAgent({ accountType: 'atlassian' }) },
      reason: 'approval-by-no-person',
    },
    { name: 'an app wrote', comment: { author: aJiraUser({ accountType: 'app' }) }, reason: 'approval-by-no-person' },
    {
      name: 'a customer wrote',
      comment: { author: aJiraUser({ accountType: 'customer' }) },
      reason: 'approval-by-no-person',
    },
    {
      name: 'an unknown account wrote',
      comment: { author: { accountId: 'x', displayName: 'X' } },
      reason: 'approval-by-no-person',
    },
    { name: 'only some may read', comment: { restricted: true }, reason: 'approval-by-no-person' },
  ])('is not started by a comment that $name', ({ comment, reason }) => {
    expect(choose({ waiting, comment: aComment(comment) })).toEqual({ kind: 'refused', reason });
  });

  it.each([
    '> /copilot go',
    '```\n/copilot go\n```',
    'The plan is approved.',
    '/copilot go, and drop the tests',
    '/copilot go\n\ncmap · report · run `run-plan` · agent `cmap`',
  ])('is made anew for a comment that says more than to go ahead: %j', (body) => {
    expect(choose({ waiting, comment: aComment({ body }) })).toEqual(again);
    expect(choose({ mode: 'off', waiting, comment: aComment({ body }) })).toEqual(again);
    expect(choose({ mode: 'show', waiting, comment: aComment({ body }) })).toEqual({ ...again, mode: 'show' });
  });

  it.each<{ name: string; change: IssueChange | undefined }>([
    { name: 'Jira does not show', change: undefined },
    { name: 'is from before the plan', change: aMove({ at: POSTED }) },
    { name: 'has no time', change: { id: '1', field: 'status', by: aJiraUser(), toId: '1', from: 'a', to: 'b' } },
    { name: 'the agent made', change: aMove({ by: theAgent({ accountType: 'atlassian' }) }) },
    { name: 'a rule of an automation made', change: aMove({ by: aJiraUser({ accountType: 'app' }) }) },
    {
      name: 'no known account made',
      change: { id: '1', field: 'status', toId: '1', from: 'a', to: 'b', at: POSTED + 1 },
    },
  ])('is made anew for a change that $name', ({ change }) => {
    expect(choose({ waiting, change })).toEqual(again);
  });

  it('is made anew where the text of the ticket is not the one it was made for', () => {
    const changed = { ...again, isTicketChanged: true };
    expect(choose({ waiting, comment: aComment(), digest: 'd2' })).toEqual(changed);
    expect(choose({ waiting, change: aMove(), digest: 'd2' })).toEqual(changed);
    expect(choose({ waiting: { runId: 'run-plan', postedAt: POSTED }, comment: aComment() })).toEqual(changed);
  });

  it('is left to a newer run that is to change it', () => {
    expect(choose({ waiting, comment: aComment(), hasNewerChange: true })).toEqual({ kind: 'superseded' });
    expect(choose({ waiting, change: aMove(), hasNewerChange: true })).toEqual({ kind: 'superseded' });
  });
});
