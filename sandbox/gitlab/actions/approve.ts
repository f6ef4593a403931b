import type { FakeState, SandboxMergeRequest, SandboxUser } from '../state/fake-state.ts';

/**
 * Approves a merge request now; a second approval of one person changes nothing. Whose review asked for changes asks
 * for none from then on, which GitLab tells of as of any change of the merge request.
 */
export function approve(
  state: Pick<FakeState, 'announce' | 'clock'>,
  mergeRequest: SandboxMergeRequest,
  user: SandboxUser,
): void {
  const { approvers, approvalTimes, changeRequesters } = mergeRequest;
  if (!approvers.includes(user)) {
    approvers.push(user);
    approvalTimes.set(user.id, state.clock.now());
  }
  if (!changeRequesters.includes(user)) return;
  mergeRequest.changeRequesters = changeRequesters.filter((other) => other !== user);
  mergeRequest.updatedAt = state.clock.now();
  state.announce({ kind: 'merge-request', action: 'update', mergeRequest, actor: user, changes: {} });
}
