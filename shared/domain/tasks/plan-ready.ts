import { areAllMet, type CriteriaCounts } from '../criteria/judge-criteria.ts';
import type { Binding } from '../mapping/binding.ts';
import type { MergeRequest } from '../ports/gitlab.ts';
import type { Pipeline } from '../ports/pipelines.ts';
import { isFinal, type Run } from '../runs/run.ts';
import type { UpdateTask } from '../runs/task.ts';
import { buildReadyTask } from './build-task.ts';
import { waitsForBudget } from './plan-own-review.ts';
import { isMergedResult } from './plan-pipeline-repair.ts';
import type { ReviewPlan, ReviewSkipReason } from './plan-review.ts';
import { isOwnMergeRequest, type MergedMergeRequest, type TargetMergeContext } from './plan-target-merge.ts';

/** Why a merge request stays a draft. Dashboards count these words: add freely, rename never. */
export type ReadyObstacle =
  | 'ready-by-people'
  | 'closed'
  | 'not-own'
  | 'other-head'
  | 'not-draft'
  | 'newer-head'
  | 'pipeline-gone'
  | 'other-pipeline'
  | 'pipeline-not-green'
  | 'drafted-by-a-person'
  | 'head-of-a-person'
  | 'criteria-unknown'
  | 'criteria-not-met'
  | 'criteria-not-marked'
  | 'work-under-way';

export type ReadyPlan = { action: 'enqueue'; task: UpdateTask } | { action: 'skip'; reason: ReadyObstacle };

/** What planning needs to know of a merge request. */
export type DraftMergeRequest = MergedMergeRequest & Pick<MergeRequest, 'draft'>;

/**
 * Decides whether a merge request may be taken out of draft because a pipeline of it has passed. One pipeline is one
 * task, by webhook and by poll and on any number of instances; the runner decides with all there is to know.
 */
export function planReady(
  pipeline: Pick<Pipeline, 'id' | 'sha' | 'ref'>,
  mergeRequest: DraftMergeRequest,
  binding: Pick<Binding, 'mergeRequest' | 'credentialRef' | 'image'>,
  { self, bindings, traceparent }: Omit<TargetMergeContext, 'targetSha'>,
): ReadyPlan {
  const reason = findDraftObstacle(pipeline, mergeRequest, binding, { self, bindings });
  if (reason) return { action: 'skip', reason };
  const { projectId, iid: mergeRequestIid, headSha } = mergeRequest;
  const { credentialRef, image } = binding;
  const about = { projectId, mergeRequestIid, headSha, credentialRef, image, traceparent };
  return { action: 'enqueue', task: buildReadyTask({ ...about, pipelineId: pipeline.id }) };
}

function findDraftObstacle(
  pipeline: Pick<Pipeline, 'sha' | 'ref'>,
  mergeRequest: DraftMergeRequest,
  binding: Pick<Binding, 'mergeRequest'>,
  context: Pick<TargetMergeContext, 'self' | 'bindings'>,
): ReadyObstacle | undefined {
  if (binding.mergeRequest.ready === undefined) return 'ready-by-people';
  if (mergeRequest.state !== 'opened') return 'closed';
  if (!isOwnMergeRequest(mergeRequest, context)) return 'not-own';
  if (!isMergedResult(pipeline) && pipeline.sha !== mergeRequest.headSha) return 'other-head';
  return mergeRequest.draft ? undefined : 'not-draft';
}

/** The runs of a merge request and of its ticket, each newest first. */
export interface RunsOfMergeRequest {
  iid: number;
  headSha: string;
  ofTicket: readonly Pick<Run, 'task' | 'state' | 'result'>[];
  ofMergeRequest: readonly ReviewRecord[];
  /** Whether the agent reviews this head, as `planReview` says now: then that review decides about the criteria. */
  review: ReviewPlan;
}

type ReviewRecord = Pick<Run, 'runId' | 'task' | 'state' | 'result' | 'facts' | 'detail' | 'parkedReason'>;

/** Whose word about the criteria of the ticket counts, and how many there are. */
export interface CriteriaWord {
  by: 'agent' | 'review';
  criteria: number;
}

export type WorkStep =
  | { action: 'ready'; word: CriteriaWord }
  /** The review of this head has not begun, or this one is not over. */
  | { action: 'wait'; review?: { runId: string; isForBudget: boolean } }
  | { action: 'skip'; reason: ReadyObstacle };

/** Rules of the binding and of people that keep the agent from ever looking at a head. */
const KEEP_AWAY: ReadonlySet<string> = new Set<ReviewSkipReason>([
  'review-off',
  'bot-author',
  'dependency-update',
  'label',
  'title-word',
  'branch',
  'paused',
  'not-on-push',
  'paths',
  'too-large',
]);

/**
 * Whether the work of the agent is what a draft was to wait for: the head is one of its own, and of each criterion of
 * the ticket its review of that head says that it is met; where a rule keeps that review away, the agent that made the
 * change. Where the record of the work is gone, that is not known.
 */
export function planWork({ iid, headSha, ofTicket, ofMergeRequest, review }: RunsOfMergeRequest): WorkStep {
  const skip = (reason: ReadyObstacle): WorkStep => ({ action: 'skip', reason });
  const coding = ofTicket.find(
    ({ task, state, result }) => task.kind === 'coding' && state === 'done' && result?.mergeRequestIid === iid,
  );
  if (!coding) return skip('criteria-unknown');
  const ours = [...ofTicket, ...ofMergeRequest].some(({ result }) => result?.commitSha === headSha);
  if (!ours) return skip('head-of-a-person');
  const said = coding.result?.criteria;
  const believe = (counts: CriteriaCounts | undefined, by: CriteriaWord['by']): WorkStep =>
    areMet(counts) ? { action: 'ready', word: { by, criteria: counts?.met ?? 0 } } : skip('criteria-not-met');
  if (!said) return believe(said, 'agent');
  const reviews = ofMergeRequest.filter(
    ({ task, facts }) => task.kind === 'review' && (facts?.baseSha ?? task.headSha) === headSha,
  );
  const open = reviews.find(({ state }) => !isFinal(state));
  if (open) return { action: 'wait', review: { runId: open.runId, isForBudget: waitsForBudget(open) } };
  const marks = reviews.find(({ result }) => result?.criteria && result.headSha === headSha)?.result?.criteria;
  if (marks) return believe(marks, 'review');
  if (isKeptAway(review, reviews)) return believe(said, 'agent');
  return reviews.length === 0 ? { action: 'wait' } : skip('criteria-not-marked');
}

/** What of the diff keeps a review away is known to the run only that was to make it. */
function isKeptAway(plan: ReviewPlan, [newest]: readonly ReviewRecord[]): boolean {
  if (plan.action === 'skip' && KEEP_AWAY.has(plan.reason)) return true;
  return newest?.state === 'superseded' && KEEP_AWAY.has(newest.detail ?? '');
}

/** A ticket without criteria has none that is not met. */
function areMet(counts: CriteriaCounts | undefined): boolean {
  return counts === undefined || areAllMet(counts);
}

/** The title without what makes GitLab show a merge request as a draft (user/project/merge_requests/drafts). */
export function withoutDraft(title: string): string {
  return title.replace(/^\s*(?:(?:draft:|\[draft\]|\(draft\))\s*)+/i, '');
}

/** What GitLab notes when a merge request is made a draft; who did it is the author of that note. */
export function isDraftNote(body: string): boolean {
  return (
    /^marked this merge request as \*\*draft\*\*/i.test(body) || /^marked as a \*\*Work In Progress\*\*/i.test(body)
  );
}
