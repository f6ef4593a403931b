import { describe, expect, it } from 'vitest';

import { aJiraUser, anIssue, anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import { aCodingTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { aReviewedBinding } from '../../../test/fixtures/discussions.ts';
import { MINUTE } from '../../kernel/clock.ts';
import type { JiraBinding } from '../mapping/binding.ts';
import type { IssueComment } from '../ports/jira.ts';
import type { RunState } from '../runs/run.ts';
import { Task } from '../runs/task.ts';
import { isReworkTask, planRework, type ReworkContext } from './plan-rework.ts';

const inReview = anIssue({ status: { id: '1', name: 'In Review', category: 'indeterminate' } });
const aRun = (state: RunState, id?: string, attempt = 0) => ({
  state,
  attempt,
  createdAt: 0,
  task: aCodingTask(id ? { id } : {}),
});

function plan(
  comment: Partial<IssueComment>,
  context: Partial<ReworkContext> = {},
  { issue = inReview, isMapped = true, source = {} as Partial<JiraBinding> } = {},
) {
  return planRework(
    anIssueComment({ body: '/copilot round half up', ...comment }),
    issue,
    isMapped ? { ...aReviewedBinding(), ...source } : undefined,
    {
      self: theAgent(),
      words: ['/copilot', '@cmap-team'],
      isReport: false,
      runs: [aRun('done')],
      ...context,
    },
  );
}

describe('planRework', () => {
  it('plans one task per comment', () => {
    const planned = plan({ id: '10400' });
    expect(planned).toEqual({
      action: 'enqueue',
      task: {
        version: 1,
        kind: 'coding',
        id: 'coding~PROJ-12~c10400',
        scope: 'issue~PROJ-12',
        credentialRef: 'team_a',
        jiraProject: 'PROJ',
        issueKey: 'PROJ-12',
        cause: { kind: 'issue-comment', commentId: '10400' },
        requestedBy: { service: 'jira', id: '712020:leigh', name: 'Leigh' },
      },
    });
    expect(planned.action === 'enqueue' && isReworkTask(Task().parse(planned.task))).toBe(true);
    expect(isReworkTask(aCodingTask())).toBe(false);
  });

  it('sends the task to the runners of the image the binding names', () => {
    const binding = { ...aReviewedBinding(), image: 'python' };
    const context = { self: theAgent(), words: ['/copilot'], isReport: false, runs: [aRun('done')] };
    const comment = anIssueComment({ body: '/copilot round half up' });
    expect(planRework(comment, inReview, binding, context)).toMatchObject({ task: { image: 'python' } });
  });

  it.each([
    { body: '/copilot please', asks: true },
    { body: 'Hello @cmap, round half up', asks: true },
    { body: 'Hello @712020:agent', asks: true },
    { body: 'Could the @CMAP-TEAM look?', asks: true },
    { body: 'Thanks\\, @cmap\\!', asks: true },
    { body: 'Could \\@cmap look?', asks: true },
    { body: '@cmap\\-other should look', asks: false },
    { body: 'Nice.\n\nStill, @cmap should look.', asks: true },
    { body: '@cmap-other should look', asks: false },
    { body: 'mail x@cmap', asks: false },
    { body: 'see src/copilot', asks: false },
    { body: '/copilotx', asks: false },
    { body: '> @cmap said so', asks: false },
    { body: '`@cmap`', asks: false },
    { body: 'Nice work.', asks: false },
  ])('takes $body as addressed: $asks', ({ body, asks }) => {
    expect(plan({ body })).toMatchObject(asks ? { action: 'enqueue' } : { reason: 'not-addressed' });
  });

  it('is addressed by its account wherever the comment mentions it, whatever name the mention shows', () => {
    const mentions = ['712020:other', theAgent().accountId];
    expect(plan({ body: '@Old Name please fix', mentions })).toMatchObject({ action: 'enqueue' });
    expect(plan({ body: '@Old Name please fix', mentions: ['712020:other'] })).toMatchObject({
      reason: 'not-addressed',
    });
  });

  it.each([
    {
      name: 'an anonymous comment',
      comment: { author: { accountId: '', displayName: 'anonymous' } },
      reason: 'anonymous-comment',
    },
    { name: 'a comment only some may read', comment: { restricted: true }, reason: 'restricted-comment' },
    { name: 'the agent itself', comment: { author: theAgent() }, reason: 'own-comment' },
    { name: 'a report of another deployment', context: { isReport: true }, reason: 'report-comment' },
    { name: 'an app', comment: { author: aJiraUser({ accountType: 'app' }) }, reason: 'other-bot' },
    { name: 'the first comment', context: { runs: [] }, reason: 'no-earlier-run' },
    {
      name: 'no coding run',
      context: { runs: [{ ...aRun('done'), task: aReviewTask() }] },
      reason: 'no-earlier-run',
    },
    {
      name: 'another comment that waits',
      context: { runs: [aRun('parked', 'coding~PROJ-12~c1'), aRun('running')] },
      reason: 'run-waiting',
    },
  ])('does nothing for $name', ({ comment = {}, context = {}, reason }) => {
    expect(plan(comment, context)).toEqual({ action: 'skip', reason });
  });

  it('carries the trace of the event, where it has one', () => {
    expect(plan({}, { traceparent: '00-1-2-01' })).toMatchObject({ task: { traceparent: '00-1-2-01' } });
    expect(plan({})).not.toHaveProperty('task.traceparent');
  });

  it('has worked on an issue also where the run of it cannot be read, and never where there was none', () => {
    expect(plan({}, { runs: [], hasUnreadableRun: true })).toMatchObject({ action: 'enqueue' });
    expect(plan({}, { runs: [], hasUnreadableRun: false })).toMatchObject({ reason: 'no-earlier-run' });
  });

  it('has no name where it shows none, so that a sign alone addresses no agent', () => {
    const self = { accountId: '', displayName: '' };
    const author = aJiraUser();
    expect(plan({ body: 'See you @ noon', author }, { self })).toMatchObject({ reason: 'not-addressed' });
  });

  it('waits for no run that is over, and looks at all of them', () => {
    const over = aRun('failed', 'coding~PROJ-12~c1');
    const waits = aRun('queued', 'coding~PROJ-12~c2');
    expect(plan({}, { runs: [over] })).toMatchObject({ action: 'enqueue' });
    expect(plan({}, { runs: [over, waits] })).toMatchObject({ reason: 'run-waiting' });
    expect(plan({}, { runs: [{ ...waits, interruptions: 0 }] })).toMatchObject({ reason: 'run-waiting' });
  });

  it('gives a word that lets files pass a run of its own, also where another one waits', () => {
    const runs = [aRun('queued', 'coding~PROJ-12~c2')];
    expect(plan({ body: '/copilot allow a.txt' }, { runs })).toMatchObject({ action: 'enqueue' });
    expect(plan({ body: '/copilot allow a.txt, and more' }, { runs })).toMatchObject({ action: 'enqueue' });
    expect(plan({ body: '/copilot please allow a.txt' }, { runs })).toMatchObject({ reason: 'run-waiting' });
  });

  it('leaves finished issues and unmapped projects alone', () => {
    const done = anIssue({ status: { id: '2', name: 'Done', category: 'done' } });
    expect(plan({}, {}, { issue: done })).toMatchObject({ reason: 'issue-done' });
    expect(plan({}, {}, { isMapped: false })).toMatchObject({ reason: 'unbound-project' });
  });

  it('trusts a waiting run to read the comment only while that run will begin', () => {
    const runs = [aRun('queued')];
    expect(plan({}, { runs }, { issue: anIssue() })).toMatchObject({ reason: 'run-waiting' });
    expect(plan({}, { runs })).toMatchObject({ action: 'enqueue' });
    expect(plan({}, { runs: [aRun('running')] }, { issue: anIssue() })).toMatchObject({ action: 'enqueue' });
    // The delivery of the comment that this very run is about.
    expect(plan({ id: '10400' }, { runs: [aRun('queued', 'coding~PROJ-12~c10400')] })).toMatchObject({
      action: 'enqueue',
    });
  });

  it.each([
    { name: 'parked after a failed attempt', begun: aRun('parked', 'coding~PROJ-12~c1', 1) },
    {
      name: 'given back by a runner that had to stop',
      begun: { ...aRun('queued', 'coding~PROJ-12~c1'), interruptions: 1 },
    },
    {
      name: 'parked, while the ticket still stands in its trigger',
      begun: aRun('parked', undefined, 1),
      issue: anIssue(),
    },
  ])(
    'does not trust a run that has begun, because it may have pushed already: $name',
    ({ begun, issue = inReview }) => {
      expect(plan({}, { runs: [begun] }, { issue })).toMatchObject({ action: 'enqueue' });
    },
  );

  it('survives names full of pattern signs', () => {
    const self = { accountId: 'a+b(c', displayName: 'A (b) [c] *' };
    expect(plan({ body: 'Hi @A (b) [c] * there' }, { self })).toMatchObject({ action: 'enqueue' });
  });
});

describe('an answer to a question of the agent', () => {
  const source = { needsAnswerLabel: 'ai-asks' };
  const ended = 10 * MINUTE;
  const requestedBy = { service: 'jira' as const, id: 'ada', name: 'Ada' };
  const asked = { ...aRun('done'), task: aCodingTask({ requestedBy }), result: { what: 'question' }, updatedAt: ended };
  const ada = aJiraUser({ accountId: 'ada' });
  const issue = anIssue({ ...inReview, reporter: aJiraUser({ accountId: 'bob' }) });
  const answer = (
    comment: Partial<IssueComment> = {},
    { runs = [asked], binding = source }: { runs?: ReworkContext['runs']; binding?: Partial<JiraBinding> } = {},
  ) =>
    plan(
      { body: 'The one on the start page.', author: ada, createdAt: ended + 1, ...comment },
      { runs },
      {
        issue,
        source: binding,
      },
    );
  const bob = aJiraUser({ accountId: 'bob' });

  it.each([
    { name: 'the person who asked', comment: {} },
    { name: 'the reporter', comment: { author: bob } },
    { name: 'a clock that is a little behind', comment: { createdAt: ended - MINUTE + 1 } },
  ])('needs no mention from $name', ({ comment }) => {
    expect(answer({ id: '10400', ...comment })).toMatchObject({
      action: 'enqueue',
      task: { id: 'coding~PROJ-12~c10400', cause: { kind: 'issue-comment' } },
    });
  });

  it('may also be told by a status', () => {
    const { statuses } = aReviewedBinding();
    const binding = { statuses: { ...statuses, needsAnswer: 'Asked' } };
    expect(answer({}, { binding })).toMatchObject({ action: 'enqueue' });
  });

  it.each<{ name: string; comment?: Partial<IssueComment>; given?: Parameters<typeof answer>[1]; reason?: string }>([
    { name: 'of a binding that awaits none', given: { binding: {} } },
    { name: 'by another person', comment: { author: aJiraUser({ accountId: 'eve' }) } },
    { name: 'from before the question', comment: { createdAt: ended - MINUTE } },
    { name: 'after a merge request', given: { runs: [{ ...asked, result: { what: 'merge-request' } }] } },
    { name: 'after a run that failed', given: { runs: [{ ...asked, state: 'failed' }] } },
    { name: 'when the run of another answer waits', given: { runs: [aRun('queued', 'coding~PROJ-12~c1'), asked] } },
    { name: 'by no account', comment: { author: { accountId: '', displayName: 'anonymous' } } },
    { name: 'that only some may read', comment: { restricted: true }, reason: 'restricted-comment' },
    { name: 'by an app', comment: { author: { ...ada, accountType: 'app' } }, reason: 'other-bot' },
  ])('is none $name', ({ comment, given, reason = 'not-addressed' }) => {
    expect(answer(comment, given)).toEqual({ action: 'skip', reason });
  });

  it('is none of a ticket whose asker is not known in Jira', () => {
    const unasked = { ...asked, task: aCodingTask() };
    expect(answer({}, { runs: [unasked] })).toMatchObject({ reason: 'not-addressed' });
    const onGitLab = { ...asked, task: aCodingTask({ requestedBy: { ...requestedBy, service: 'gitlab' } }) };
    expect(answer({}, { runs: [onGitLab] })).toMatchObject({ reason: 'not-addressed' });
  });
});

describe('an answer to a plan of the agent', () => {
  const ended = 10 * MINUTE;
  const requestedBy = { service: 'jira' as const, id: 'ada', name: 'Ada' };
  const planned = { ...aRun('done'), task: aCodingTask({ requestedBy }), result: { what: 'plan' }, updatedAt: ended };
  const ada = aJiraUser({ accountId: 'ada' });
  const issue = anIssue({ ...inReview, reporter: aJiraUser({ accountId: 'bob' }) });
  const answer = (comment: Partial<IssueComment>, runs: ReworkContext['runs'] = [planned]) =>
    plan({ body: 'Use a map instead.', author: ada, createdAt: ended + 1, ...comment }, { runs }, { issue });

  it.each([
    { name: 'the person who asked', comment: {} },
    { name: 'the reporter', comment: { author: aJiraUser({ accountId: 'bob' }) } },
    { name: 'the person who asked, as an approval', comment: { body: 'go' } },
    {
      name: 'another person with a mention',
      comment: { author: aJiraUser({ accountId: 'eve' }), body: '/copilot go' },
    },
  ])('starts a run for $name', ({ comment }) => {
    expect(answer({ id: '10400', ...comment })).toMatchObject({
      action: 'enqueue',
      task: { id: 'coding~PROJ-12~c10400' },
    });
  });

  it('may be written while the plan is made, and was read already where it is older than that', () => {
    const runs = [{ ...planned, createdAt: ended - 5000 }];
    expect(answer({ createdAt: ended - 4999 }, runs)).toMatchObject({ action: 'enqueue' });
    expect(answer({ createdAt: ended - 5000 }, runs)).toEqual({ action: 'skip', reason: 'not-addressed' });
  });

  it('counts also after a run that failed or had nothing to do', () => {
    expect(answer({}, [aRun('failed'), aRun('superseded'), planned])).toMatchObject({ action: 'enqueue' });
  });

  it.each<{ name: string; comment?: Partial<IssueComment>; runs?: ReworkContext['runs'] }>([
    { name: 'by another person without a mention', comment: { author: aJiraUser({ accountId: 'eve' }), body: 'go' } },
    { name: 'from before the plan', comment: { createdAt: ended - MINUTE } },
    {
      name: 'of thanks, once it was answered',
      comment: { body: 'Thanks!' },
      runs: [aRun('queued', 'coding~PROJ-12~c1'), planned],
    },
    { name: 'after the plan was carried out', runs: [{ ...planned, result: { what: 'merge-request' } }, planned] },
  ])('is none $name', ({ comment = {}, runs }) => {
    expect(answer(comment, runs)).toEqual({ action: 'skip', reason: 'not-addressed' });
  });

  it('reaches a run of its own where an approval waits for a runner, unless it approves as well', () => {
    const runs = [aRun('queued', 'coding~PROJ-12~c1'), planned];
    expect(answer({ body: '/copilot wait, use a map' }, runs)).toMatchObject({ action: 'enqueue' });
    expect(answer({ body: '/copilot go' }, runs)).toEqual({ action: 'skip', reason: 'run-waiting' });
    // The ticket was moved to ask for it again.
    const moved = { runs: [aRun('queued', 'coding~PROJ-12~20'), planned] };
    const comment = { body: '/copilot wait', author: ada, createdAt: ended + 1 };
    expect(plan(comment, moved, { issue: anIssue() })).toMatchObject({ action: 'enqueue' });
  });

  it.each([
    { name: 'the agent itself', comment: { author: theAgent(), body: '/copilot go' }, reason: 'own-comment' },
    {
      name: 'an app',
      comment: { author: aJiraUser({ accountType: 'app' }), body: '/copilot go' },
      reason: 'other-bot',
    },
    {
      name: 'a quote',
      comment: { author: aJiraUser({ accountId: 'eve' }), body: '> /copilot go' },
      reason: 'not-addressed',
    },
  ])('is no word of $name', ({ comment, reason }) => {
    expect(answer(comment)).toEqual({ action: 'skip', reason });
  });

  it('is no copy of the plan with its last line', () => {
    const comment = { body: '/copilot go', author: ada, createdAt: ended + 1 };
    expect(plan(comment, { runs: [planned], isReport: true }, { issue })).toEqual({
      action: 'skip',
      reason: 'report-comment',
    });
  });
});
