import type { CriteriaCounts } from '../criteria/judge-criteria.ts';
import type { Binding } from '../mapping/binding.ts';
import type { MergeRequest } from '../ports/gitlab.ts';
import type { Pipeline } from '../ports/pipelines.ts';
import type { Run } from '../runs/run.ts';
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
  ofMergeRequest: readonly Pick<Run, 'result'>[];
}

/**
 * Why the work of the agent is not what a draft was to wait for: the head is one that a person pushed, or the agent
 * does not say of each criterion of the ticket that it is met. Where the record of the work is gone, that is not known.
 */
export function findWorkObstacle({ iid, headSha, ofTicket, ofMergeRequest }: RunsOfMergeRequest) {
  const coding = ofTicket.find(
    ({ task, state, result }) => task.kind === 'coding' && state === 'done' && result?.mergeRequestIid === iid,
  );
  if (!coding) return 'criteria-unknown';
  const ours = [...ofTicket, ...ofMergeRequest].some(({ result }) => result?.commitSha === headSha);
  if (!ours) return 'head-of-a-person';
  return areMet(coding.result?.criteria) ? undefined : 'criteria-not-met';
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
