import type { FakeState, SandboxMergeRequest } from '../state/fake-state.ts';

/** Notes the state of the source branch that was just pushed: the newest diff, and one more version. */
export async function recordVersion(state: Pick<FakeState, 'clock'>, mergeRequest: SandboxMergeRequest): Promise<void> {
  mergeRequest.diffRefs = await computeDiffRefs(mergeRequest);
  const { id, versions, diffRefs } = mergeRequest;
  versions.push({ id: id + versions.length, diffRefs, createdAt: state.clock.now() });
}

/** The three commits of a merge request's newest diff. Brings a fork's head into the target's repository first. */
async function computeDiffRefs(mergeRequest: SandboxMergeRequest): Promise<SandboxMergeRequest['diffRefs']> {
  const { project, sourceProject, headSha, targetBranch, iid } = mergeRequest;
  const { repository } = project;
  if (sourceProject && sourceProject !== project) {
    const ref = `+${headSha}:refs/merge-requests/${iid}/head`;
    await repository.git(['fetch', '--quiet', '--no-tags', sourceProject.repository.directory, ref]);
  } else {
    await repository.git(['update-ref', `refs/merge-requests/${iid}/head`, headSha]);
  }
  const startSha = repository.branches.get(targetBranch) ?? headSha;
  const baseSha = await repository.git(['merge-base', startSha, headSha]).catch(() => startSha); // Unrelated histories.
  return { baseSha, startSha, headSha };
}
