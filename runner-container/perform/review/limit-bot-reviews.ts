import { isBotUser } from '../../../shared/domain/review/is-bot-user.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { DAY } from '../../../shared/kernel/clock.ts';
import type { MergeRequestInput } from '../run/merge-request-run.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';

/**
 * Reviews of one merge request of a bot within a day. A bot that answers what is found with a push would otherwise be
 * reviewed for each of its answers, and neither of the two would ever stop.
 */
export const MAX_BOT_REVIEWS_PER_DAY = 6;

interface BotReview extends Pick<MergeRequestInput, 'mergeRequest' | 'binding' | 'self'> {
  task: Pick<Run['task'], 'scope'>;
  requestNote: number | undefined;
  deps: Pick<RunnerDeps, 'listRunsSince' | 'clock'>;
}

/** How a review of a bot's merge request ends when there were enough of them; a person who asks gets one. */
export async function limitBotReviews(review: BotReview): Promise<Outcome | undefined> {
  const { mergeRequest, binding, self, task, requestNote, deps } = review;
  const { author } = mergeRequest;
  if (requestNote !== undefined || author.id === self.id) return undefined;
  if (!isBotUser(author, binding.review.bots.authors)) return undefined;
  const since = deps.clock.now() - DAY;
  let reviews = 0;
  // A bot that goes on pushing has any number of skipped runs before those that count.
  for await (const { result } of deps.listRunsSince(task.scope, since)) {
    reviews += result?.what === 'reviewed' ? 1 : 0;
    if (reviews === MAX_BOT_REVIEWS_PER_DAY) return { kind: 'superseded', reason: 'bot-reviewed-often' };
  }
  return undefined;
}
