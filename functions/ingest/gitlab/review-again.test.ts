import { describe, expect, it } from 'vitest';
import type { BotRules } from '../../../shared/domain/mapping/binding.ts';
import { DAY } from '../../../shared/kernel/clock.ts';
import { appendMarker } from '../../../shared/kernel/text/marker.ts';
import { aDiscussion, aMergeRequest, aNote, theAgentUser } from '../../../test/builders/gitlab.ts';
import { aReplyTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { aReviewedBinding, OTHER_BOT } from '../../../test/fixtures/discussions.ts';
import { isReviewWantedAgain, planSeenReview } from './review-again.ts';

const self = theAgentUser();

/** A merge request that moved at `movedAt`, with one discussion for each list of times of notes. */
function seen(movedAt: number, ...notedAt: number[][]) {
  return {
    mergeRequest: aMergeRequest({ updatedAt: movedAt }),
    discussions: notedAt.map((times) => aDiscussion({ notes: times.map((createdAt) => aNote({ createdAt })) })),
  };
}

function rules({ bots = {} as Partial<BotRules>, now = 1001 } = {}) {
  const { review } = aReviewedBinding();
  return { binding: aReviewedBinding({ bots: { ...review.bots, ...bots } }), self, now };
}

it.each([
  { name: 'moved after the run was made', of: seen(1001), wanted: true },
  { name: 'moved when the run was made', of: seen(1000), wanted: false },
  { name: 'has a note from after that in its second discussion', of: seen(900, [901], [902, 1001]), wanted: true },
  { name: 'has older notes alone', of: seen(900, [901], [902, 1000]), wanted: false },
])('a superseded review of a merge request that $name is wanted again: $wanted', ({ of, wanted }) => {
  expect(isReviewWantedAgain({ createdAt: 1000, detail: 'draft' }, aReviewTask(), of, rules())).toBe(wanted);
  expect(isReviewWantedAgain({ createdAt: 1000 }, aReviewTask(), of, rules())).toBe(wanted);
});

it.each(['paths', 'too-large'])('a review that its diff has ended is not wanted again: %s', (detail) => {
  expect(isReviewWantedAgain({ createdAt: 1000, detail }, aReviewTask(), seen(1001), rules())).toBe(false);
});

describe('a review of a bot that was skipped, whose merge request got a label since,', () => {
  const [updates, others]: Partial<BotRules>[] = [
    { mergeRequests: 'skip', dependencyUpdates: 'review' },
    { mergeRequests: 'review', dependencyUpdates: 'skip' },
  ];
  const botSeen = (labels: string[] = []) => {
    const { mergeRequest, discussions } = seen(1001);
    return { mergeRequest: { ...mergeRequest, author: OTHER_BOT, labels }, discussions };
  };
  const labelled = { dependencyLabels: ['dependencies'] };

  it.each([
    { name: 'by its files', detail: 'bot-author', bots: updates, labels: ['later'], wanted: false },
    { name: 'by its files', detail: 'dependency-update', bots: others, labels: ['later'], wanted: false },
    {
      name: 'by its files, and now is an update by the label',
      detail: 'bot-author',
      bots: { ...updates, ...labelled },
      labels: ['dependencies'],
      wanted: true,
    },
    { name: 'by a rule the map has no more', detail: 'bot-author', bots: others, labels: ['later'], wanted: true },
    { name: 'by a rule the map has no more', detail: 'dependency-update', bots: updates, labels: [], wanted: true },
    { name: 'as a draft', detail: 'draft', bots: updates, labels: [], wanted: true },
  ])('$detail: $name, is wanted again: $wanted', ({ detail, bots, labels, wanted }) => {
    const ended = { createdAt: 1000, detail };
    expect(isReviewWantedAgain(ended, aReviewTask(), botSeen(labels), rules({ bots }))).toBe(wanted);
  });

  it.each([
    { now: 1000 + DAY - 1, wanted: false },
    { now: 1000 + DAY, wanted: true },
  ])('because of its number is wanted again only after a day: $wanted', ({ now, wanted }) => {
    const ended = { createdAt: 1000, detail: 'bot-reviewed-often' };
    expect(isReviewWantedAgain(ended, aReviewTask(), botSeen(), rules({ now }))).toBe(wanted);
  });
});

it('an answer is not wanted again', () => {
  expect(isReviewWantedAgain({ createdAt: 1000, detail: 'draft' }, aReplyTask(), seen(1001), rules())).toBe(false);
});

it.each([
  {
    name: 'was reviewed at its head',
    body: appendMarker('S', { purpose: 'summary', sha: 'a'.repeat(40) }),
    reason: 'already-reviewed',
  },
  { name: 'is paused', body: appendMarker('P', { purpose: 'paused' }), reason: 'paused' },
])('is skipped when a later discussion says that it $name, unless a person wrote that', ({ body, reason }) => {
  const planWith = (author = self) => {
    const discussions = [aDiscussion(), aDiscussion({ notes: [aNote({ id: 1 }), aNote({ id: 2, body, author })] })];
    return planSeenReview({ mergeRequest: aMergeRequest(), discussions }, aReviewedBinding(), { self });
  };
  expect(planWith()).toEqual({ action: 'skip', reason });
  expect(planWith({ ...self, id: 98 })).toMatchObject({ action: 'enqueue', task: { kind: 'review' } });
});

it('is skipped where pushes are not reviewed, as soon as there is a review of an older head', () => {
  const planAfter = (sha?: string) => {
    const notes = sha ? [aNote({ body: appendMarker('S', { purpose: 'summary', sha }), author: self })] : [];
    const seenNow = { mergeRequest: aMergeRequest(), discussions: [aDiscussion({ notes })] };
    return planSeenReview(seenNow, aReviewedBinding({ onPush: false }), { self });
  };
  expect(planAfter('b'.repeat(40))).toEqual({ action: 'skip', reason: 'not-on-push' });
  expect(planAfter()).toMatchObject({ action: 'enqueue' });
});
