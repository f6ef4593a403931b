import type { DiffRefs, GitLab, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { planWaitMs, RETRY } from '../../../shared/kernel/retry.ts';

/**
 * The three commits GitLab measures positions with. It computes them a moment after a push, so this waits for them.
 * @throws {TaskError} `gitlab-unavailable` when they do not come.
 */
export async function readDiffRefs(
  mergeRequest: MergeRequest,
  { gitlab, clock }: { gitlab: Pick<GitLab, 'getMergeRequest'>; clock: Clock },
  signal: AbortSignal,
): Promise<DiffRefs> {
  const { projectId, iid, headSha } = mergeRequest;
  let seen = mergeRequest;
  for (let looks = 1; ; looks += 1) {
    if (seen.diffRefs?.headSha === headSha) return seen.diffRefs;
    const waitMs = planWaitMs(RETRY.diffRefs, looks);
    if (waitMs === undefined)
      throw new TaskError('gitlab-unavailable', { detail: 'The diff of the merge request is not prepared yet.' });
    await clock.sleep(waitMs, signal);
    seen = await gitlab.getMergeRequest(projectId, iid);
  }
}
