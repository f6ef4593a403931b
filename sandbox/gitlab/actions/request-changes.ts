import type { FakeState, SandboxMergeRequest, SandboxUser } from '../state/fake-state.ts';

/** Who ends a review so becomes a reviewer; GitLab tells of it as of any change of the merge request. */
export function requestChanges(state: FakeState, mergeRequest: SandboxMergeRequest, user: SandboxUser): void {
  if (!mergeRequest.reviewers.includes(user)) mergeRequest.reviewers.push(user);
  if (!mergeRequest.changeRequesters.includes(user)) mergeRequest.changeRequesters.push(user);
  mergeRequest.updatedAt = state.clock.now();
  state.announce({ kind: 'merge-request', action: 'update', mergeRequest, actor: user, changes: {} });
}
