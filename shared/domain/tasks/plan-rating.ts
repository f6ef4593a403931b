import { SECOND } from '../../kernel/clock.ts';
import type { Binding } from '../mapping/binding.ts';
import type { Run } from '../runs/run.ts';
import { isShadowResult } from '../runs/shadow-result.ts';
import type { Addressee } from './addresses.ts';
import { findNewestDone } from './find-waiting-plan.ts';
import { readPlainWords } from './plain-words.ts';
import type { ReworkComment } from './plan-rework.ts';
import { skip } from './skip.ts';

/** Why a word about a run in shadow counts for none. Dashboards count these words: add freely, rename never. */
export type RatingSkipReason =
  | 'own-comment'
  | 'other-bot'
  | 'anonymous-comment'
  | 'restricted-comment'
  | 'rating-edited'
  | 'nothing-to-rate';

/** Whether people would have taken what a run in shadow made. */
export type RatingAnswer = 'yes' | 'no';

export type RatingPlan =
  | { action: 'rate'; runId: string; answer: RatingAnswer }
  | { action: 'skip'; reason: RatingSkipReason };

type RatedRun = Pick<Run, 'runId' | 'task' | 'state' | 'updatedAt' | 'result'>;

/** Jira's clock may differ from ours, and nothing is read and answered in less. */
const CLOCKS_DIFFER_MS = 10 * SECOND;

/**
 * What a comment says about the newest run in shadow that had ended when it was written: `/copilot yes` or
 * `/copilot no`, and nothing beside it. `undefined` for every other comment, and where neither the binding nor the
 * newest run is in shadow. An edited comment may say now what another person wrote into it.
 */
export function planRating(
  comment: ReworkComment & { updatedAt: number },
  binding: Pick<Binding, 'mode'>,
  { runs, ...addressee }: Addressee & { runs: readonly RatedRun[] },
): RatingPlan | undefined {
  const said = readPlainWords(comment.body, addressee);
  const answer = said?.words;
  if (!said?.isAddressed || (answer !== 'yes' && answer !== 'no')) return undefined;
  const hadEnded = ({ updatedAt }: RatedRun) => updatedAt <= comment.createdAt + CLOCKS_DIFFER_MS;
  const newest = findNewestDone(runs.filter(hadEnded));
  const isRateable = newest !== undefined && isShadowResult(newest.result);
  if (binding.mode === 'live' && !isRateable) return undefined;

  const { author } = comment;
  if (author.accountId === addressee.self.accountId) return skip('own-comment');
  if (author.accountType === 'app') return skip('other-bot');
  if (author.accountId === '') return skip('anonymous-comment');
  if (comment.restricted) return skip('restricted-comment');
  if (comment.updatedAt !== comment.createdAt) return skip('rating-edited');
  return isRateable ? { action: 'rate', runId: newest.runId, answer } : skip('nothing-to-rate');
}
