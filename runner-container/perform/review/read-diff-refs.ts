import type { DiffRefs, GitLab, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import { type Clock, SECOND } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';

const LOOKS = 10;
const BETWEEN_LOOKS_MS = 2 * SECOND;

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
    if (looks === LOOKS)
      throw new TaskError('gitlab-unavailable', { detail: 'The diff of the merge request is not prepared yet.' });
    await clock.sleep(BETWEEN_LOOKS_MS, signal);
    seen = await gitlab.getMergeRequest(projectId, iid);
  }
}
