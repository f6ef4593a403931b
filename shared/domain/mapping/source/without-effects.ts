import type { Binding } from '../binding.ts';

/**
 * The binding of a repository in shadow: no branch of the agent is kept up to date or taken over to a release, no merge
 * request leaves draft, no finding is mended, no commit gets a status, and no ticket is moved, marked or held up for an
 * approval. A plan is made and shown with the patch; what is refused is kept nowhere.
 */
export function withoutEffects(binding: Binding): Binding {
  const {
    stoppedLabel: _stopped,
    needsAnswerLabel: _asks,
    backPorts: _backPorts,
    resolveBackPorts: _resolve,
    ...rest
  } = binding;
  const { ready: _ready, tellRequestedChanges: _tells, ...mergeRequest } = binding.mergeRequest;
  const { fixOwnFindings: _fixes, ...review } = binding.review;
  const { inProgress, inReview } = binding.statuses;
  return {
    ...rest,
    plan: binding.plan === 'off' ? 'off' : 'show',
    statuses: { inProgress, inReview, done: 'off' },
    mergeRequest,
    refusedWork: 'drop',
    allowRefused: 'off',
    mergeTarget: 'off',
    repairPipelines: 'off',
    review: { ...review, status: 'off' },
  };
}
