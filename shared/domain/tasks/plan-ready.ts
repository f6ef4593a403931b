import type { CriteriaCounts } from '../criteria/judge-criteria.ts';
import type { Binding } from '../mapping/binding.ts';
import type { MergeRequest } from '../ports/gitlab.ts';
import type { Pipeline } from '../ports/pipelines.ts';
import { isFinal, type Run } from '../runs/run.ts';
import type { UpdateTask } from '../runs/task.ts';
import { buildReadyTask } from './build-task.ts';
import { isMergedResult } from './plan-pipeline-repair.ts';
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
  ofMergeRequest: readonly Pick<Run, 'task' | 'state' | 'result' | 'facts'>[];
  /** Whether merge requests of the agent are reviewed by it: then that review decides about the criteria. */
  isReviewed: boolean;
}

/** Whose word about the criteria of the ticket counts, and how many there are. */
export interface CriteriaWord {
  by: 'agent' | 'review';
  criteria: number;
}

export type WorkStep =
  | { action: 'ready'; word: CriteriaWord }
  /** The review of this head is not over, or has not begun. */
  | { action: 'wait'; isBegun: boolean }
  | { action: 'skip'; reason: ReadyObstacle };

/**
 * Whether the work of the agent is what a draft was to wait for: the head is one of its own, and of each criterion of
 * the ticket its review of that head says that it is met; where it reviews nothing, the agent that made the change.
 * Where the record of the work is gone, that is not known.
 */
export function planWork({ iid, headSha, ofTicket, ofMergeRequest, isReviewed }: RunsOfMergeRequest): WorkStep {
  const skip = (reason: ReadyObstacle): WorkStep => ({ action: 'skip', reason });
  const coding = ofTicket.find(
    ({ task, state, result }) => task.kind === 'coding' && state === 'done' && result?.mergeRequestIid === iid,
  );
  if (!coding) return skip('criteria-unknown');
  const ours = [...ofTicket, ...ofMergeRequest].some(({ result }) => result?.commitSha === headSha);
  if (!ours) return skip('head-of-a-person');
  const said = coding.result?.criteria;
  if (!said || !isReviewed) {
    const word = { by: 'agent', criteria: said?.met ?? 0 } as const;
    return areMet(said) ? { action: 'ready', word } : skip('criteria-not-met');
  }
  const reviews = ofMergeRequest.filter(
    ({ task, facts }) => task.kind === 'review' && (facts?.baseSha ?? task.headSha) === headSha,
  );
  if (reviews.some(({ state }) => !isFinal(state))) return { action: 'wait', isBegun: true };
  const marks = reviews.find(({ result }) => result?.criteria && result.headSha === headSha)?.result?.criteria;
  if (marks)
    return areMet(marks) ? { action: 'ready', word: { by: 'review', criteria: marks.met } } : skip('criteria-not-met');
  return reviews.length === 0 ? { action: 'wait', isBegun: false } : skip('criteria-not-marked');
}

/** A ticket without criteria has none that is not met. */
function areMet(counts: CriteriaCounts | undefined): boolean {
  return counts === undefined || counts.partly + counts['not-met'] + counts['not-answered'] === 0;
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
