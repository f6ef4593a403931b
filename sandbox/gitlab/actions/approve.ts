import type { FakeState, SandboxMergeRequest, SandboxUser } from '../state/fake-state.ts';

/** Approves a merge request now; a second approval of one person changes nothing. */
export function approve(
  { clock }: Pick<FakeState, 'clock'>,
  { approvers, approvalTimes }: Pick<SandboxMergeRequest, 'approvers' | 'approvalTimes'>,
  user: SandboxUser,
): void {
  if (approvers.includes(user)) return;
  approvers.push(user);
  approvalTimes.set(user.id, clock.now());
}
