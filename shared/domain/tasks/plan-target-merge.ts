import type { Binding } from '../mapping/binding.ts';
import type { GitLabUser, MergeRequest } from '../ports/gitlab.ts';
import type { UpdateTask } from '../runs/task.ts';
import { buildTargetMergeTask } from './build-task.ts';
import { findTicketOfBranch } from './find-ticket-of-branch.ts';

/** Why the target branch is not merged into a merge request. Dashboards count these words: add freely, rename never. */
export type TargetMergeSkipReason = 'merge-target-off' | 'closed' | 'not-own' | 'no-conflict';

export type TargetMergePlan =
  | { action: 'enqueue'; task: UpdateTask }
  | { action: 'skip'; reason: TargetMergeSkipReason };

/** What planning needs to know of a merge request. */
export type MergedMergeRequest = Pick<
  MergeRequest,
  'projectId' | 'iid' | 'state' | 'sourceBranch' | 'sourceProjectId' | 'headSha' | 'hasConflicts'
> & { author: Pick<GitLabUser, 'id'> };

export interface TargetMergeContext {
  /** The agent's own user. */
  self: Pick<GitLabUser, 'id'>;
  /** Whose branches may be ours. */
  bindings: readonly Pick<Binding, 'jiraProject' | 'branchPrefix' | 'typeWords'>[];
  /** The target branch as it is now. */
  targetSha: string;
  traceparent?: string;
}

/**
 * Decides whether the target branch is merged into a merge request because GitLab says that the two do not merge.
 *
 * The task id is built from both heads, so that a webhook and a poll on any instance plan the same task, and the next
 * commit on either side plans a new one.
 */
export function planTargetMerge(
  mergeRequest: MergedMergeRequest,
  binding: Pick<Binding, 'mergeTarget' | 'credentialRef' | 'image'>,
  { self, bindings, targetSha, traceparent }: TargetMergeContext,
): TargetMergePlan {
  const reason = findTargetMergeObstacle(mergeRequest, binding, { self, bindings });
  if (reason) return { action: 'skip', reason };
  const { projectId, iid: mergeRequestIid, headSha } = mergeRequest;
  const { credentialRef, image } = binding;
  const task = buildTargetMergeTask({
    projectId,
    mergeRequestIid,
    headSha,
    targetSha,
    credentialRef,
    image,
    traceparent,
  });
  return { action: 'enqueue', task };
}

/** Why a merge request is none into which its target branch is merged; `undefined` where nothing stands against it. */
export function findTargetMergeObstacle(
  mergeRequest: MergedMergeRequest,
  binding: Pick<Binding, 'mergeTarget'>,
  context: Pick<TargetMergeContext, 'self' | 'bindings'>,
): TargetMergeSkipReason | undefined {
  if (binding.mergeTarget === 'off') return 'merge-target-off';
  if (mergeRequest.state !== 'opened') return 'closed';
  if (!isOwnMergeRequest(mergeRequest, context)) return 'not-own';
  return mergeRequest.hasConflicts && mergeRequest.headSha !== '' ? undefined : 'no-conflict';
}

/**
 * Whether the agent opened a merge request for a ticket: by its account, which a team may share with a person, and from
 * a branch as it names them, in the project itself.
 */
export function isOwnMergeRequest(
  { author, sourceBranch, sourceProjectId, projectId }: Omit<MergedMergeRequest, 'iid' | 'state' | 'headSha'>,
  { self, bindings }: Pick<TargetMergeContext, 'self' | 'bindings'>,
): boolean {
  return (
    author.id === self.id && sourceProjectId === projectId && findTicketOfBranch(sourceBranch, bindings) !== undefined
  );
}
