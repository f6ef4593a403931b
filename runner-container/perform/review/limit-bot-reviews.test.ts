import { expect, it } from 'vitest';
import { DAY, HOUR } from '../../../shared/kernel/clock.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aReviewTask } from '../../../test/builders/tasks.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { AGENT, aMergeRequest, aReviewedBinding, OTHER_BOT, PERSON } from '../../../test/fixtures/discussions.ts';
import { limitBotReviews, MAX_BOT_REVIEWS_PER_DAY } from './limit-bot-reviews.ts';

/** What becomes of the next review of a merge request that had `reviews`, one an hour. */
function next({
  reviews = MAX_BOT_REVIEWS_PER_DAY,
  author = OTHER_BOT,
  requestNote = undefined as number | undefined,
  age = 0,
} = {}) {
  const clock = createManualClock();
  const task = aReviewTask();
  const runs = Array.from({ length: reviews }, (_, index) =>
    aRun({ task, state: 'done', result: { what: 'reviewed' }, createdAt: clock.now() - age - (index + 1) * HOUR }),
  );
  return limitBotReviews({
    mergeRequest: aMergeRequest({ author }),
    binding: aReviewedBinding(),
    self: AGENT,
    task,
    context: { run: { runId: 'run-next' } },
    requestNote,
    deps: { clock, listEarlierRuns: async () => runs },
  });
}

const OFTEN = { kind: 'superseded', reason: 'bot-reviewed-often' };

it('stops a bot that answers each review with a push', async () => {
  expect(await next()).toEqual(OFTEN);
});

it.each([
  ['below the limit', { reviews: MAX_BOT_REVIEWS_PER_DAY - 1 }],
  ['of reviews that are a day old', { age: DAY }],
  ['where a person asks', { requestNote: 5 }],
  ['of a person', { author: PERSON }],
  ['of the agent itself', { author: AGENT }],
])('lets a review go on %s', async (_, about) => {
  expect(await next(about)).toBeUndefined();
});
