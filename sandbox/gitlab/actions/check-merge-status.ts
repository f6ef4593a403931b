import type { SandboxMergeRequest } from '../state/fake-state.ts';

/** GitLab's older word for whether the branches of a merge request merge; a check is of two commits. */
export function mergeStatusOf(mergeRequest: SandboxMergeRequest): 'unchecked' | 'can_be_merged' | 'cannot_be_merged' {
  const { mergeCheck, headSha } = mergeRequest;
  if (mergeCheck?.headSha !== headSha || mergeCheck.targetSha !== targetOf(mergeRequest)) return 'unchecked';
  return mergeCheck.conflicts ? 'cannot_be_merged' : 'can_be_merged';
}

/** Looks whether the branches merge, as GitLab does in the background when a merge request is shown. */
export async function checkMergeStatus(mergeRequest: SandboxMergeRequest): Promise<void> {
  const { project, headSha, state } = mergeRequest;
  const targetSha = targetOf(mergeRequest);
  if (state !== 'opened' || targetSha === undefined || mergeStatusOf(mergeRequest) !== 'unchecked') return;
  const args = ['merge-tree', '--write-tree', '--name-only', '--no-messages', headSha, targetSha];
  const conflicts = await project.repository.git(args).then(
    () => false,
    () => true,
  );
  mergeRequest.mergeCheck = { headSha, targetSha, conflicts };
}

function targetOf({ project, targetBranch }: SandboxMergeRequest): string | undefined {
  return project.repository.branches.get(targetBranch);
}
