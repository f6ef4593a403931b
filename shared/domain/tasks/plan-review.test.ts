import { describe, expect, it } from 'vitest';

import { AGENT, aMergeRequest, aReviewedBinding, OTHER_BOT } from '../../../test/fixtures/discussions.ts';
import { Task } from '../runs/task.ts';
import { planReview, type ReviewCause, type ReviewContext, reviewCauseOf } from './plan-review.ts';

const HEAD = 'a'.repeat(40);

describe('planReview', () => {
  it('plans one task per head, by webhook or poll', () => {
    const causes: ReviewCause[] = ['opened', 'reopened', 'ready', 'pushed', 'polled'];
    const plans = causes.map((cause) => planReview(aMergeRequest(), cause, aReviewedBinding(), {}));
    for (const plan of plans) {
      expect(plan).toEqual({
        action: 'enqueue',
        task: {
          cause: { kind: 'head' },
          version: 1,
          kind: 'review',
          id: `review~7~3~${HEAD}`,
          scope: 'mr~7~3',
          credentialRef: 'team_a',
          projectId: 7,
          mergeRequestIid: 3,
          headSha: HEAD,
          depth: 'incremental',
        },
      });
      expect(plan.action === 'enqueue' && Task().parse(plan.task)).toBeTruthy();
    }
  });

  it('sends the task to the runners of the image the binding names', () => {
    const binding = { ...aReviewedBinding(), image: 'python' };
    expect(planReview(aMergeRequest(), 'opened', binding, {})).toMatchObject({ task: { image: 'python' } });
  });

  const own = { author: AGENT };
  const limits = { maxFiles: 2, maxLines: 100 };
  it.each<{
    name: string;
    mergeRequest?: Parameters<typeof aMergeRequest>[0];
    cause?: ReviewCause;
    review?: Parameters<typeof aReviewedBinding>[0];
    context?: ReviewContext;
    reason: string | undefined;
  }>([
    { name: 'merged', mergeRequest: { state: 'merged' }, reason: 'closed' },
    { name: 'closed', mergeRequest: { state: 'closed' }, reason: 'closed' },
    { name: 'switched off', review: { enabled: false }, reason: 'review-off' },
    { name: 'draft', mergeRequest: { draft: true }, reason: 'draft' },
    { name: 'by another bot', mergeRequest: { author: OTHER_BOT }, reason: 'bot-author' },
    {
      name: 'by a bot that GitLab does not mark',
      mergeRequest: { author: { ...OTHER_BOT, username: 'renovate-bot', bot: false } },
      reason: 'bot-author',
    },
    {
      name: 'by a person called bot',
      mergeRequest: { author: { ...OTHER_BOT, username: 'talbot', bot: false } },
      reason: undefined,
    },
    { name: 'label', mergeRequest: { labels: ['No-Review'] }, review: { skipLabels: ['no-review'] }, reason: 'label' },
    {
      name: 'title word',
      mergeRequest: { title: '[wip] x' },
      review: { skipTitleWords: ['WIP'] },
      reason: 'title-word',
    },
    {
      name: 'title word inside another word',
      mergeRequest: { title: 'Swipe' },
      review: { skipTitleWords: ['wip'] },
      reason: undefined,
    },
    {
      name: 'title word with a digit behind it',
      mergeRequest: { title: 'WIP2 cache' },
      review: { skipTitleWords: ['wip'] },
      reason: undefined,
    },
    {
      name: 'title word at the second place where it stands',
      mergeRequest: { title: 'Swipe, wip' },
      review: { skipTitleWords: ['wip'] },
      reason: 'title-word',
    },
    {
      name: 'title word behind a letter of another alphabet',
      mergeRequest: { title: 'äWIP' },
      review: { skipTitleWords: ['wip'] },
      reason: undefined,
    },
    {
      name: 'another label',
      mergeRequest: { labels: ['x'] },
      review: { skipLabels: ['no-review'] },
      reason: undefined,
    },
    {
      name: 'one of two labels',
      mergeRequest: { labels: ['x', 'b'] },
      review: { skipLabels: ['a', 'b'] },
      reason: 'label',
    },
    {
      name: 'branch',
      mergeRequest: { sourceBranch: 'release/1.2' },
      review: { skipBranches: ['release/**'] },
      reason: 'branch',
    },
    { name: 'paused', context: { paused: true }, reason: 'paused' },
    { name: 'title edited', cause: 'edited', reason: 'no-new-commits' },
    { name: 'same head again', context: { reviewedHead: HEAD }, reason: 'already-reviewed' },
    {
      name: 'same head polled after a restart',
      cause: 'polled',
      context: { reviewedHead: HEAD },
      reason: 'already-reviewed',
    },
    { name: 'another head', context: { reviewedHead: 'f'.repeat(40) }, reason: undefined },
    { name: 'own, where nothing is known of the agent', mergeRequest: own, reason: 'bot-author' },
    {
      name: 'own, new head',
      mergeRequest: own,
      context: { self: AGENT, reviewedHead: 'f'.repeat(40) },
      reason: undefined,
    },
    {
      name: 'reopened after an earlier review, first reviews only',
      cause: 'reopened',
      review: { onPush: false },
      context: { reviewedHead: 'f'.repeat(40) },
      reason: undefined,
    },
    { name: 'opened, first reviews only', review: { onPush: false }, reason: undefined },
    { name: 'pushed, first reviews only', cause: 'pushed', review: { onPush: false }, reason: 'not-on-push' },
    {
      name: 'pushed by the agent to its own, first reviews only, whose findings it mends',
      cause: 'pushed',
      mergeRequest: own,
      context: { self: AGENT, reviewedHead: 'f'.repeat(40) },
      review: { onPush: false, fixOwnFindings: true },
      reason: undefined,
    },
    {
      name: 'pushed to one of a person, first reviews only, where the agent mends its own',
      cause: 'pushed',
      context: { self: AGENT },
      review: { onPush: false, fixOwnFindings: true },
      reason: 'not-on-push',
    },
    {
      name: 'polled after a push, first reviews only',
      cause: 'polled',
      review: { onPush: false },
      context: { reviewedHead: 'f'.repeat(40) },
      reason: 'not-on-push',
    },
    {
      name: 'polled for the first time, first reviews only',
      cause: 'polled',
      review: { onPush: false },
      reason: undefined,
    },
    {
      name: 'no path of interest',
      review: { paths: ['src/**'] },
      context: { changedPaths: ['docs/a.md'] },
      reason: 'paths',
    },
    {
      name: 'one path of interest',
      review: { paths: ['src/**'] },
      context: { changedPaths: ['docs/a.md', 'src/.x/a.ts'] },
      reason: undefined,
    },
    { name: 'paths not known yet', review: { paths: ['src/**'] }, reason: undefined },
    { name: 'too many files', context: { changedPaths: ['a', 'b', 'c'], limits }, reason: 'too-large' },
    { name: 'too many lines', context: { changedPaths: ['a'], changedLines: 101, limits }, reason: 'too-large' },
    {
      name: 'as large as allowed',
      context: { changedPaths: ['a', 'b'], changedLines: 100, limits },
      reason: undefined,
    },
    { name: 'many files, without limits', context: { changedPaths: ['a', 'b', 'c'] }, reason: undefined },
    { name: 'size not known yet', context: { limits: { maxFiles: 0, maxLines: 0 } }, reason: undefined },
    { name: 'own draft', mergeRequest: { ...own, draft: true }, context: { self: AGENT }, reason: undefined },
    {
      name: 'own head again',
      mergeRequest: own,
      context: { self: AGENT, reviewedHead: HEAD },
      reason: 'own-duplicate-head',
    },
    {
      name: 'asked for a draft that is paused',
      mergeRequest: { draft: true },
      cause: 'asked',
      context: { paused: true },
      reason: undefined,
    },
    { name: 'asked when closed', mergeRequest: { state: 'closed' }, cause: 'asked', reason: 'closed' },
  ])('$name: $reason', ({ mergeRequest, cause = 'opened', review, context = {}, reason }) => {
    const plan = planReview(aMergeRequest(mergeRequest), cause, aReviewedBinding(review), context);
    expect(plan.action === 'skip' ? plan.reason : undefined).toBe(reason);
  });

  it('reviews for a person who asks the whole merge request, once per note', () => {
    const context = { noteId: 55, depth: 'full', traceparent: '00-1-2-01' } as const;
    expect(planReview(aMergeRequest(), 'asked', aReviewedBinding(), context)).toMatchObject({
      task: { id: 'review~7~3~note~55', cause: { kind: 'note', noteId: 55 }, depth: 'full', traceparent: '00-1-2-01' },
    });
  });

  it('skips projects that are not mapped', () => {
    expect(planReview(aMergeRequest(), 'opened', undefined, {})).toEqual({ action: 'skip', reason: 'unbound-project' });
  });
});

describe('reviewCauseOf', () => {
  it.each([
    { action: 'open', oldrev: undefined, becameReady: false, cause: 'opened' },
    { action: 'reopen', oldrev: undefined, becameReady: false, cause: 'reopened' },
    { action: 'update', oldrev: 'f00', becameReady: false, cause: 'pushed' },
    { action: 'update', oldrev: undefined, becameReady: true, cause: 'ready' },
    { action: 'update', oldrev: 'f00', becameReady: true, cause: 'ready' },
    { action: 'update', oldrev: undefined, becameReady: false, cause: 'edited' },
    { action: 'approved', oldrev: undefined, becameReady: true, cause: 'edited' },
    { action: 'approved', oldrev: undefined, becameReady: false, cause: 'edited' },
    { action: 'merge', oldrev: 'f00', becameReady: false, cause: 'edited' },
    { action: undefined, oldrev: undefined, becameReady: false, cause: 'edited' },
  ])('$action with oldrev $oldrev, ready $becameReady: $cause', ({ cause, ...event }) => {
    expect(reviewCauseOf(event)).toBe(cause);
  });
});
