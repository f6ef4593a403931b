import { checkCommit, toCheckedFields } from '../delivery/check-commit.ts';
import { pushWithRetry } from '../delivery/push-with-retry.ts';
import type { MergeCommit, TargetMergeRequest } from './merge-target-branch.ts';

/**
 * Judges, validates and pushes the merge at HEAD: the files of the merge as a whole must pass `validate`, and of what
 * the agent made of a conflict nothing may be against the rules. Resolves with a line for each check.
 * @throws {Refusal} `change-refused`, `validation-failed`; {TaskError} `branch-moved` when people were faster: the
 * merge is one of another head then, and `push-rejected`, `branch-gone`, `gitlab-*`; what `assertWanted` rejects with
 */
export async function deliverMerge(
  request: TargetMergeRequest,
  { sha, judgedFrom }: MergeCommit,
  signal: AbortSignal,
): Promise<string[]> {
  const { context } = request;
  const checked = await checkCommit(request, { from: judgedFrom, to: sha }, signal);
  await context.stage('checked', toCheckedFields(checked));
  await request.assertWanted?.({ isMoved: false });
  // Before the push, so that a later attempt knows its own commit by more than what anybody could write into one.
  await context.stage('pushing', { sha });
  await pushWithRetry(request, signal);
  return checked.checks;
}
