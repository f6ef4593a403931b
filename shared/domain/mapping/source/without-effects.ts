import type { Binding } from '../binding.ts';

/**
 * The binding of a repository in shadow: no branch of the agent is kept up to date, no commit
 * gets a status, and no ticket is moved, marked or held up for an approval. A plan is made and shown with the patch.
 */
export function withoutEffects(binding: Binding): Binding {
  const { stoppedLabel: _stopped, needsAnswerLabel: _asks, ...rest } = binding;
  const { inProgress, inReview } = binding.statuses;
  return {
    ...rest,
    plan: binding.plan === 'off' ? 'off' : 'show',
    statuses: { inProgress, inReview, done: 'off' },
    mergeTarget: 'off',
    repairPipelines: 'off',
    review: { ...binding.review, status: 'off' },
  };
}
