import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { Discussion, GitLabUser, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import { chooseTreatment } from '../../../shared/domain/review/choose-treatment.ts';
import { isPaused, readReviewedHead } from '../../../shared/domain/review/read-notes.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import type { Task } from '../../../shared/domain/runs/task.ts';
import { planReview, type ReviewPlan, type ReviewSkipReason } from '../../../shared/domain/tasks/plan-review.ts';
import { DAY } from '../../../shared/kernel/clock.ts';

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

/**
 * Whether a review that was superseded has to be done after all; `task` was planned from `seen` just now, so nothing of
 * what a plan looks at stands against it any more. One run for each change: a merge request that did not move after the
 * run was made gets no other one, however often it is looked at, and one of a bot that was reviewed often none within a
 * day. A note may leave `updatedAt` alone.
 */
export function isReviewWantedAgain(
  ended: Pick<Run, 'createdAt' | 'detail'>,
  task: Task,
  seen: SeenMergeRequest,
  { now, ...rules }: { now: number; binding: Pick<Binding, 'review'>; self: Pick<GitLabUser, 'id'> },
): boolean {
  if (task.kind !== 'review' || wasAboutTheDiff(ended, seen, rules)) return false;
  if (ended.detail === 'bot-reviewed-often' && now < ended.createdAt + DAY) return false;
  const { mergeRequest, discussions } = seen;
  const noted = discussions.flatMap(({ notes }) => notes.map(({ createdAt }) => createdAt));
  return Math.max(mergeRequest.updatedAt, ...noted) > ended.createdAt;
}

/** Decided by the diff of the head alone, so the same head would end the same way. */
const ABOUT_THE_DIFF: ReadonlySet<string> = new Set<ReviewSkipReason>(['paths', 'too-large']);

/**
 * Whether the files of this head have ended it. Of a bot they are asked only where nothing else says what it proposes.
 */
function wasAboutTheDiff(
  { detail = '' }: Pick<Run, 'detail'>,
  { mergeRequest }: SeenMergeRequest,
  { binding, self }: { binding: Pick<Binding, 'review'>; self: Pick<GitLabUser, 'id'> },
): boolean {
  if (ABOUT_THE_DIFF.has(detail)) return true;
  const { bots } = binding.review;
  if (chooseTreatment(mergeRequest, bots, { self }).kind !== 'undecided') return false;
  // The map may have changed since: what is reviewed by now is no reason any more.
  if (detail === 'bot-author') return bots.mergeRequests === 'skip';
  return detail === 'dependency-update' && bots.dependencyUpdates === 'skip';
}
