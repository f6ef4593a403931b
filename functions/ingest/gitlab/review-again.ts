import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { Discussion, GitLabUser, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import { isPaused, readReviewedHead } from '../../../shared/domain/review/read-notes.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import type { Task } from '../../../shared/domain/runs/task.ts';
import { planReview, type ReviewPlan, type ReviewSkipReason } from '../../../shared/domain/tasks/plan-review.ts';

/** A merge request as GitLab shows it, which is what a runner would judge by. */
export interface SeenMergeRequest {
  mergeRequest: MergeRequest;
  discussions: readonly Discussion[];
}

/** The review of a merge request whose notes are known: all rules apply but those about the diff. */
export function planSeenReview(
  { mergeRequest, discussions }: SeenMergeRequest,
  binding: Binding,
  context: { self: GitLabUser; traceparent?: string },
): ReviewPlan {
  const notes = discussions.flatMap((discussion) => discussion.notes);
  const { self } = context;
  const known = { reviewedHead: readReviewedHead(notes, self.id), paused: isPaused(notes, self.id) };
  return planReview(mergeRequest, 'polled', binding, { ...context, ...known });
}

/** Decided by the diff of the head alone, so the same head would end the same way. */
const ABOUT_THE_DIFF: ReadonlySet<string> = new Set<ReviewSkipReason>(['paths', 'too-large']);

/**
 * Whether a review that was superseded has to be done after all; `task` was planned from `seen` just now, so nothing of
 * what a plan looks at stands against it any more. One run for each change: a merge request that did not move after the
 * run was made gets no other one, however often it is looked at. A note may leave `updatedAt` alone.
 */
export function isReviewWantedAgain(
  ended: Pick<Run, 'createdAt' | 'detail'>,
  task: Task,
  { mergeRequest, discussions }: SeenMergeRequest,
): boolean {
  if (task.kind !== 'review' || ABOUT_THE_DIFF.has(ended.detail ?? '')) return false;
  const noted = discussions.flatMap(({ notes }) => notes.map(({ createdAt }) => createdAt));
  return Math.max(mergeRequest.updatedAt, ...noted) > ended.createdAt;
}
