import type { MergeRequest, Note } from '../../../shared/domain/ports/gitlab.ts';
import { REVIEW_LIMITS } from '../../../shared/domain/review/format-too-large.ts';
import { findAnswerTo, isPaused, readReviewedHead } from '../../../shared/domain/review/read-notes.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import type { ReviewTask } from '../../../shared/domain/runs/task.ts';
import { planReview, type ReviewContext } from '../../../shared/domain/tasks/plan-review.ts';
import type { MergeRequestInput } from '../run/merge-request-run.ts';

export interface ReviewQuestion extends Pick<MergeRequestInput, 'mergeRequest' | 'binding' | 'self'> {
  task: ReviewTask;
  /** Every note on the merge request. */
  notes: readonly Note[];
  /** The note of the person who asked, when a person asked. */
  requestNote: number | undefined;
}

/**
 * How the run ends before any work, or `undefined` when there is something to review. Decides with the same rules as
 * the event that caused the run, on what is true now; `diff` is known on the second look.
 */
export function planStart(
  question: ReviewQuestion,
  diff: Pick<ReviewContext, 'changedPaths' | 'changedLines'> = {},
): Outcome | undefined {
  const { task, mergeRequest, binding, self, notes, requestNote } = question;
  const asked = requestNote !== undefined;
  if (asked && findAnswerTo(requestNote, notes, self.id)) return nothingNew(question);
  // A push causes a task for its head; a person who asks wants the newest.
  if (!asked && mergeRequest.state === 'opened' && mergeRequest.headSha !== task.headSha)
    return { kind: 'superseded', reason: 'newer-head' };

  const reviewedHead = readReviewedHead(notes, self.id);
  const plan = planReview(mergeRequest, asked ? 'asked' : 'polled', binding, {
    self,
    reviewedHead,
    paused: isPaused(notes, self.id),
    limits: REVIEW_LIMITS,
    changedFiles: countChangedFiles(mergeRequest),
    ...diff,
  });
  if (plan.action === 'enqueue') return undefined;
  const done = plan.reason === 'already-reviewed' || plan.reason === 'own-duplicate-head';
  return done ? nothingNew(question) : { kind: 'superseded', reason: plan.reason };
}

/** By what GitLab says, of this head only: it counts a moment after a push. */
function countChangedFiles({ diffRefs, headSha, changedFiles }: MergeRequest): number | undefined {
  return diffRefs?.headSha === headSha ? changedFiles : undefined;
}

export function isNothingNew(outcome: Outcome): boolean {
  return outcome.kind === 'done' && outcome.result.what === 'nothing-new';
}

/** This head has its review; also what a second attempt finds after the first has posted everything. */
export function nothingNew({ mergeRequest }: Pick<MergeRequestInput, 'mergeRequest'>): Outcome {
  return {
    kind: 'done',
    result: { what: 'nothing-new', mergeRequestIid: mergeRequest.iid, mergeRequestUrl: mergeRequest.webUrl },
  };
}
