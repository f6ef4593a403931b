import { expect, it } from 'vitest';
import type { RunChange } from '../../../shared/domain/ports/run-ledger.ts';
import { DAY, HOUR, MINUTE } from '../../../shared/kernel/clock.ts';
import { aReviewTask } from '../../../test/builders/tasks.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { AGENT, aMergeRequest, aReviewedBinding, OTHER_BOT, PERSON } from '../../../test/fixtures/discussions.ts';
import { limitBotReviews, MAX_BOT_REVIEWS_PER_DAY } from './limit-bot-reviews.ts';

/** What becomes of the next review of a merge request that had `reviews`, one an hour, and then `skipped` ones. */
async function next({
  reviews = MAX_BOT_REVIEWS_PER_DAY,
  skipped = 0,
  author = OTHER_BOT,
  requestNote = undefined as number | undefined,
  age = 0,
} = {}) {
  const clock = createManualClock();
  const { ledger } = createMemoryStorage({ clock });
  const task = aReviewTask();
  const add = async (runId: string, ending: Pick<RunChange, 'state' | 'result' | 'detail'>) => {
    const run = await ledger.create({ runId, dedupKey: runId, task });
    const running = run && (await ledger.update(run, { state: 'running' }));
    if (running) await ledger.update(running, ending);
  };
  for (let index = 0; index < reviews; index += 1) {
    await add(`run-${index}`, { state: 'done', result: { what: 'reviewed' } });
    await clock.advance(HOUR);
  }
  for (let index = 0; index < skipped; index += 1) {
    await add(`run-skipped-${index}`, { state: 'superseded', detail: 'bot-reviewed-often' });
    await clock.advance(MINUTE);
  }
  await clock.advance(age);
  return limitBotReviews({
    mergeRequest: aMergeRequest({ author }),
    binding: aReviewedBinding(),
    self: AGENT,
    task,
    requestNote,
    deps: { clock, listRunsSince: (scope, since) => ledger.listSince(scope, since, () => {}) },
  });
}

const OFTEN = { kind: 'superseded', reason: 'bot-reviewed-often' };

it('stops a bot that answers each review with a push', async () => {
  expect(await next()).toEqual(OFTEN);
});

it('stops one that goes on pushing, however many of its reviews were skipped since', async () => {
  // More than one list of the newest runs shows.
  expect(await next({ skipped: 130 })).toEqual(OFTEN);
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
