import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { Discussion, GitLab, GitLabUser, MergeRequest, Note } from '../../../shared/domain/ports/gitlab.ts';
import type { Outbox } from '../../../shared/domain/ports/outbox.ts';
import type { SkipLog } from '../../../shared/domain/ports/skip-log.ts';
import { countActions } from '../../../shared/domain/review/read-notes.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import type { Task } from '../../../shared/domain/runs/task.ts';
import { DEFAULT_REPLY_CAPS, planReply, type ReplyContext } from '../../../shared/domain/tasks/plan-reply.ts';
import type { Admission, AdmitOptions } from '../../../shared/services/runs/admit-task.ts';
import { traceOf } from '../trace-of.ts';
import type { OnMergeRequestEnded } from './ended-merge-request.ts';
import { recordSkip } from './record-skip.ts';
import { isReviewWantedAgain, planSeenReview } from './review-again.ts';
import { watchRequestedChanges } from './watch-requested-changes.ts';

export interface IngestDeps {
  admit: (task: Task, options?: Pick<AdmitOptions, 'isOver'>) => Promise<Admission>;
  skipLog: Pick<SkipLog, 'record'>;
  onMergeRequestEnded?: OnMergeRequestEnded;
  outbox?: Pick<Outbox, 'enqueue'>;
  traceparent: () => string | undefined;
  clock: { now(): number };
}

export interface PolledMergeRequest {
  mergeRequest: MergeRequest;
  binding: Binding;
  self: GitLabUser;
  gitlab: Pick<GitLab, 'listDiscussions'>;
  /** Changes and notes before this moment are history, or were seen by an earlier poll. */
  after: number;
}

export interface IngestCounts {
  admitted: number;
  duplicates: number;
  skipped: number;
  /** Merged or closed. */
  ended: number;
}

/**
 * Admits what a changed merge request asks for: its review and the answers to its new notes, by the same plans as a
 * webhook, so that both may see the same change.
 */
export async function ingestMergeRequest(polled: PolledMergeRequest, deps: IngestDeps): Promise<IngestCounts> {
  const { mergeRequest, gitlab, after } = polled;
  const about = { projectId: mergeRequest.projectId, mergeRequestIid: mergeRequest.iid };
  const counts: IngestCounts = { admitted: 0, duplicates: 0, skipped: 0, ended: 0 };
  const { state } = mergeRequest;
  if (state === 'merged' || state === 'closed') {
    if (!deps.onMergeRequestEnded || mergeRequest.updatedAt < after) return counts;
    const { sourceBranch } = mergeRequest;
    const result = await deps.onMergeRequestEnded({ ...about, ending: state, sourceBranch, seenBy: 'poll' });
    counts['skipped' in result ? 'skipped' : 'ended'] += 1;
    return counts;
  }
  if (mergeRequest.updatedAt >= after && mergeRequest.author.id === polled.self.id)
    await watchRequestedChanges(about, polled.binding, deps);
  const discussions = await gitlab.listDiscussions(mergeRequest.projectId, mergeRequest.iid);
  const plans = [planPolledReview(polled, discussions, deps), ...planReplies(polled, discussions, deps)];
  for (const plan of plans) {
    if (plan.action === 'skip') {
      await recordSkip(about, plan.reason, deps.skipLog);
      counts.skipped += 1;
    } else {
      const { task } = plan;
      const { binding, self } = polled;
      const rules = { binding, self, now: deps.clock.now() };
      const isOver = (ended: Run) => isReviewWantedAgain(ended, task, { mergeRequest, discussions }, rules);
      const { kind } = await deps.admit(task, { isOver });
      counts[kind === 'duplicate' ? 'duplicates' : 'admitted'] += 1;
    }
  }
  return counts;
}

type Plan = { action: 'enqueue'; task: Task } | { action: 'skip'; reason: string };

function planPolledReview(
  { mergeRequest, binding, self, after }: PolledMergeRequest,
  discussions: Discussion[],
  deps: IngestDeps,
): Plan {
  if (mergeRequest.updatedAt < after) return { action: 'skip', reason: 'old' };
  // Opened a moment ago: its commits are not there yet, and will move it again.
  if (mergeRequest.headSha === '') return { action: 'skip', reason: 'no-new-commits' };
  return planSeenReview({ mergeRequest, discussions }, binding, { self, ...traceOf(deps) });
}

function planReplies(polled: PolledMergeRequest, discussions: Discussion[], deps: IngestDeps): Plan[] {
  return discussions.flatMap((discussion) => {
    const found = { discussionId: discussion.id, ownUserId: polled.self.id, now: deps.clock.now() };
    const context = { caps: DEFAULT_REPLY_CAPS, counts: countActions(discussions, found), ...traceOf(deps) };
    return (
      discussion.notes
        // A corrected note asks anew; the task of one that was read is known already.
        .filter((note) => Math.max(note.createdAt, note.updatedAt) >= polled.after && !note.internal)
        .map((note) => planPolledReply(note, discussion, polled, context))
    );
  });
}

function planPolledReply(
  note: Note,
  discussion: Discussion,
  { mergeRequest, binding, self }: PolledMergeRequest,
  context: ReplyContext,
): Plan {
  const thread = { discussionId: discussion.id, discussion };
  const plan = planReply(note, thread, { identity: self, mergeRequest, binding }, context);
  // Only a run may write the one sentence about the cap.
  return 'notify' in plan && plan.notify ? { action: 'enqueue', task: plan.task } : plan;
}
