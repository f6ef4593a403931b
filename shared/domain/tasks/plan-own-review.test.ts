import { describe, expect, it } from 'vitest';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask, aReviewTask } from '../../../test/builders/tasks.ts';
import {
  AGENT,
  aFindingDiscussion,
  aMergeRequest,
  aNote,
  aReviewedBinding,
  PERSON,
} from '../../../test/fixtures/discussions.ts';
import { DAY, MINUTE } from '../../kernel/clock.ts';
import type { Run } from '../runs/run.ts';
import { buildFindingsTask } from './build-task.ts';
import { findFixObstacle, type OwnReviewFacts, planOwnReview } from './plan-own-review.ts';

const [HEAD, FIXED] = ['a', 'b'].map((digit) => digit.repeat(40)) as [string, string];
const mergeRequest = aMergeRequest({ iid: 3, headSha: HEAD });
const delivery = (values: Partial<Run> = {}) =>
  aRun({
    task: aCodingTask(),
    state: 'done',
    createdAt: 1000,
    updatedAt: 2000,
    result: { what: 'merge-request', mergeRequestIid: 3, commitSha: HEAD },
    ...values,
  });
const review = (values: Partial<Run> = {}, headSha = HEAD) =>
  aRun({ task: aReviewTask({ headSha }), state: 'done', createdAt: 3000, result: { what: 'reviewed' }, ...values });
const round = (values: Partial<Run> = {}) =>
  aRun({
    task: buildFindingsTask({ projectId: 7, mergeRequestIid: 3, headSha: HEAD }),
    state: 'done',
    createdAt: 4000,
    updatedAt: 5000,
    result: { what: 'findings-fixed', commitSha: FIXED },
    ...values,
  });
const USAGE = { modelCalls: 1, inputTokens: 1, outputTokens: 1 };
const finding = aFindingDiscussion();
const { bots } = aReviewedBinding().review;

function facts(given: Partial<OwnReviewFacts> = {}): OwnReviewFacts {
  return {
    now: 10_000,
    mergeRequest,
    review: { enabled: true, fixOwnFindings: true, minSeverity: 'nit', bots },
    selfId: AGENT.id,
    ofTicket: [delivery()],
    ofMergeRequest: [review()],
    discussions: [finding],
    ...given,
  };
}

const fixedHead = { mergeRequest: { ...mergeRequest, headSha: FIXED } };
const byPerson = { id: 'x', individualNote: true, notes: [aNote({ author: PERSON, createdAt: 1500 })] };

describe('what comes before people are asked', () => {
  it.each<{ name: string; given: Partial<OwnReviewFacts>; step: object }>([
    { name: 'a round about what the review found', given: {}, step: { action: 'fix', findings: 1 } },
    {
      name: 'nothing of a merge request that is over',
      given: { mergeRequest: { ...mergeRequest, state: 'merged' } },
      step: { action: 'drop' },
    },
    ...(['planned', 'queued', 'running'] as const).map((state) => ({
      name: `the end of its review, which is ${state}`,
      given: { ofMergeRequest: [review({ state })] },
      step: { action: 'wait' },
    })),
    {
      name: 'the end of the run of its ticket',
      given: { ofTicket: [delivery({ state: 'running' }), delivery()] },
      step: { action: 'wait' },
    },
    { name: 'the end of a run that cannot be read', given: { unreadable: [9000] }, step: { action: 'wait' } },
    { name: 'a review that has not begun', given: { ofMergeRequest: [] }, step: { action: 'wait' } },
    {
      name: 'the review of what the round pushed',
      given: { ...fixedHead, ofMergeRequest: [round(), review()] },
      step: { action: 'wait' },
    },
    {
      name: 'the round, while it waits for the run of its ticket',
      given: { ofMergeRequest: [round({ state: 'parked', parkedReason: 'run-of-ticket' }), review()] },
      step: { action: 'wait' },
    },
    {
      name: 'another round, after another delivery',
      given: { ofTicket: [delivery({ createdAt: 6000 })], ofMergeRequest: [review(), round(), review()] },
      step: { action: 'fix', findings: 1 },
    },
    {
      name: 'a round, where a run on its pipeline waits for hours',
      given: { ofMergeRequest: [round({ state: 'parked', parkedReason: 'pipeline', task: aReviewTask() }), review()] },
      step: { action: 'fix', findings: 1 },
    },
    {
      name: 'a round about findings of the floor and above only',
      given: { review: { enabled: true, fixOwnFindings: true, minSeverity: 'blocker', bots } },
      step: { action: 'ask', why: 'nothing-found' },
    },
  ])('is $name', ({ given, step }) => {
    expect(planOwnReview(facts(given))).toMatchObject(step);
  });
});

describe('people are asked', () => {
  it.each<{ name: string; given: Partial<OwnReviewFacts>; why: string }>([
    { name: 'the review finds nothing', given: { discussions: [] }, why: 'nothing-found' },
    {
      name: 'the round has mended it',
      given: { ...fixedHead, ofMergeRequest: [review({}, FIXED), round(), review()], discussions: [] },
      why: 'fixed',
    },
    {
      name: 'something is open after the round',
      given: { ...fixedHead, ofMergeRequest: [review({}, FIXED), round(), review()] },
      why: 'left',
    },
    {
      name: 'the round changed nothing',
      given: { ofMergeRequest: [round({ result: { what: 'findings-left' } }), review()] },
      why: 'left',
    },
    {
      name: 'the round failed in its session',
      given: {
        ofMergeRequest: [round({ state: 'failed', result: undefined as never, facts: { usage: USAGE } }), review()],
      },
      why: 'left',
    },
    {
      name: 'the round met a budget',
      given: { ofMergeRequest: [round({ state: 'superseded', detail: 'budget' }), review()] },
      why: 'budget',
    },
    { name: 'a person has pushed', given: fixedHead, why: 'head-of-a-person' },
    { name: 'a person has spoken', given: { discussions: [finding, byPerson] }, why: 'person-spoke' },
    { name: 'the map says so', given: { review: { enabled: true, minSeverity: 'nit', bots } }, why: 'off' },
    {
      name: 'reviews are off',
      given: { review: { enabled: false, fixOwnFindings: true, minSeverity: 'nit', bots } },
      why: 'off',
    },
    { name: 'the run of its ticket is gone', given: { ofTicket: [] }, why: 'work-unknown' },
    { name: 'the review failed', given: { ofMergeRequest: [review({ state: 'failed' })] }, why: 'not-reviewed' },
    { name: 'no review comes', given: { now: 2001 + 30 * MINUTE, ofMergeRequest: [] }, why: 'not-reviewed' },
    {
      name: 'the review waits for a budget',
      given: { ofMergeRequest: [review({ state: 'parked', parkedReason: 'month-budget' })] },
      why: 'budget',
    },
    {
      name: 'runs that cannot be read are old',
      given: { now: 2 * DAY, unreadable: [1], discussions: [] },
      why: 'nothing-found',
    },
  ])('where $name', ({ given, why }) => {
    expect(planOwnReview(facts(given))).toMatchObject({ action: 'ask', why });
  });

  it('not because a bot has spoken, or a person before the run that opened it', () => {
    const early = { ...byPerson, notes: [aNote({ author: PERSON, createdAt: 500 })] };
    const bot = { ...byPerson, notes: [aNote({ author: { ...PERSON, bot: true }, createdAt: 1500 })] };
    expect(planOwnReview(facts({ discussions: [finding, early, bot] }))).toMatchObject({ action: 'fix' });
  });

  it('not because an account has spoken that the binding names as a bot', () => {
    const scanner = { ...PERSON, username: 'sonar-shop' };
    const discussions = [finding, { ...byPerson, notes: [aNote({ author: scanner, createdAt: 1500 })] }];
    const review = { ...facts().review, bots: { ...bots, authors: ['sonar-*'] } };
    expect(planOwnReview(facts({ discussions, review }))).toMatchObject({ action: 'fix' });
    expect(findFixObstacle(facts({ discussions, review }))).toBeUndefined();
    expect(planOwnReview(facts({ discussions }))).toMatchObject({ why: 'person-spoke' });
  });
});

it('a round begins where nothing stands against it, and names what does', () => {
  const reason = (given: Partial<OwnReviewFacts>) => findFixObstacle(facts(given));
  expect(reason({})).toBeUndefined();
  expect(reason({ mergeRequest: { ...mergeRequest, state: 'closed' } })).toBe('closed');
  expect(reason({ discussions: [] })).toBe('no-findings');
  expect(reason({ ofMergeRequest: [round()] })).toBe('fixed-before');
  expect(reason(fixedHead)).toBe('head-of-a-person');
  expect(reason({ discussions: [finding, byPerson] })).toBe('person-spoke');
});
