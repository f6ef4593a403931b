import type { Discussion } from '../../../shared/domain/ports/gitlab.ts';
import {
  describeCanceled,
  planReviewStatus,
  REVIEW_RUNNING,
  type ReviewStatusInput,
} from '../../../shared/domain/review/plan-review-status.ts';
import { findSummaryNote } from '../../../shared/domain/review/read-notes.ts';
import { readThreads } from '../../../shared/domain/review/read-threads.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import type { ReviewTask } from '../../../shared/domain/runs/task.ts';
import { type Clock, SECOND } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import { waitAtMost } from '../../../shared/kernel/waits.ts';
import {
  endReviewStatus,
  type StatusGitLab,
  setReviewStatus,
  tolerateRefusal,
} from '../../../shared/services/notifications/review-status.ts';
import type { MergeRequestInput } from '../run/merge-request-run.ts';

/** The commit status of one review; does nothing where the binding does not want one. */
export interface StatusReport {
  /** The agent looks at this head. Never rejects for what GitLab says. */
  begin(headSha: string): Promise<void>;
  /** GitLab refused the status when the review began. */
  refused(): boolean;
  /**
   * How the review of this head stands, by what is on the merge request now.
   * @throws {TaskError} `gitlab-*` when GitLab did not answer, so that another attempt sets it.
   */
  finish(headSha: string, about: FinishedReview): Promise<void>;
  /**
   * Ends the status of an attempt that set none: canceled when it is not wanted any more or goes on later.
   * @throws {TaskError} as `finish`
   */
  close(outcome: Outcome): Promise<void>;
  /**
   * The same for an attempt that threw. Nothing where the lease was lost: the status is the new holder's by then. Ends
   * within 3 s, because a runner that is shut down has little time; never rejects.
   */
  interrupt(signal: AbortSignal): Promise<void>;
}

/** What is on the merge request, and what the review found beside it. */
export interface FinishedReview extends Partial<Pick<ReviewStatusInput, 'overflow' | 'unreadable' | 'missed'>> {
  discussions: readonly Discussion[];
}

export interface StatusReportInput extends Pick<MergeRequestInput, 'binding' | 'mergeRequest' | 'self'> {
  gitlab: StatusGitLab;
  task: Pick<ReviewTask, 'headSha'>;
  clock: Pick<Clock, 'sleep'>;
  log: Log;
}

export function createStatusReport(input: StatusReportInput): StatusReport {
  return input.binding.review.status === 'on' ? createReport(input) : NO_REPORT;
}

const INTERRUPT_MS = 3 * SECOND;

const NO_REPORT: StatusReport = {
  begin: async () => {},
  refused: () => false,
  finish: async () => {},
  close: async () => {},
  interrupt: async () => {},
};

function createReport({ binding, mergeRequest, self, gitlab, task, clock, log }: StatusReportInput): StatusReport {
  let begun: string | undefined;
  let refused = false;

  /** The head of the task too: an attempt that was killed may have begun there. */
  const cancel = async (reason: string) => {
    for (const sha of new Set([task.headSha, begun ?? task.headSha]))
      await tolerateRefusal(() => endReviewStatus({ mergeRequest, sha }, describeCanceled(reason), gitlab), log);
  };

  return {
    async begin(sha) {
      begun = sha;
      try {
        refused = !(await tolerateRefusal(() => setReviewStatus({ mergeRequest, sha }, REVIEW_RUNNING, gitlab), log));
      } catch (error) {
        if (!(error instanceof TaskError)) throw error;
        log.warn('commit status not begun', { error });
      }
    },
    refused: () => refused,
    async finish(sha, { discussions, overflow = [], unreadable = 0, missed = 0 }) {
      if (refused) return;
      const threads = readThreads(discussions, self.id);
      const { minSeverity } = binding.review;
      const plan = planReviewStatus({ threads, headSha: sha, minSeverity, overflow, unreadable, missed });
      const summary = findSummaryNote(
        discussions.flatMap(({ notes }) => notes),
        self.id,
      );
      const link = summary ? { targetUrl: `${mergeRequest.webUrl}#note_${summary.note.id}` } : {};
      await tolerateRefusal(() => setReviewStatus({ mergeRequest, sha }, { ...plan, ...link }, gitlab), log);
    },
    async close(outcome) {
      if (outcome.kind === 'superseded') await cancel(outcome.reason);
      else if (outcome.kind === 'retry' && begun !== undefined) await cancel('try-again');
    },
    async interrupt(signal) {
      const { reason } = signal;
      if (begun === undefined || (reason instanceof TaskError && reason.code === 'claim-lost')) return;
      const canceled = cancel('try-again').catch((error: unknown) => log.warn('commit status not ended', { error }));
      await waitAtMost(INTERRUPT_MS, canceled, clock);
    },
  };
}
