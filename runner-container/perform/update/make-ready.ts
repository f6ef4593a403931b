import { formatReadyNote } from '../../../shared/domain/messages/format-ready-note.ts';
import type { Note } from '../../../shared/domain/ports/gitlab.ts';
import type { Pipeline } from '../../../shared/domain/ports/pipelines.ts';
import { isPaused, readReviewedHead } from '../../../shared/domain/review/read-notes.ts';
import { isBudgetWait, type Outcome, type WaitReason } from '../../../shared/domain/runs/outcome.ts';
import { hasBegunBefore, isFinal, type Run, type RunEvent } from '../../../shared/domain/runs/run.ts';
import { mergeRequestScope } from '../../../shared/domain/tasks/build-task.ts';
import { issueScope } from '../../../shared/domain/tasks/plan-coding.ts';
import {
  type CriteriaWord,
  isDraftNote,
  planReady,
  planWork,
  type ReadyObstacle,
  type WorkStep,
  withoutDraft,
} from '../../../shared/domain/tasks/plan-ready.ts';
import { planReview } from '../../../shared/domain/tasks/plan-review.ts';
import { HOUR, MINUTE } from '../../../shared/kernel/clock.ts';
import { parseMarker } from '../../../shared/kernel/text/marker.ts';
import { upsertReportNote } from '../../../shared/services/notifications/report-note.ts';
import { findIssueKey } from '../run/find-issue-key.ts';
import type { UpdateRun } from './update-run.ts';

/** In the markers of our notes. */
const READY = 'ready';

/**
 * Takes a merge request of the agent out of draft, once, when its pipeline has passed and the criteria of its ticket
 * are met, and says so there. One that a person made a draft, before or after, stays one. Each step finds what an
 * earlier attempt has done, so it may be killed anywhere and performed again.
 */
export async function makeReady(
  run: UpdateRun,
  { pipelineId, notes }: { pipelineId: number; notes: readonly Note[] },
): Promise<Outcome> {
  const { gitlab, mergeRequest, context, deps } = run;
  const { projectId, iid } = mergeRequest;
  const pipeline = await gitlab.findPipeline(projectId, pipelineId);
  if (!pipeline) return superseded('pipeline-gone');
  const begun = hasBegunBefore(context.run) ? await deps.listRunEvents(context.run.runId) : [];
  const isDone = !mergeRequest.draft && begun.some(({ name }) => name === 'made-ready');
  const ticket = await readTicketRuns(run);
  if (isDone) return report(run, pipeline, readWord(begun));

  const obstacle = findObstacle(run, pipeline, notes);
  if (obstacle) return superseded(obstacle);
  if (UNDER_WAY.has(pipeline.status)) return waitFor(run, 'pipeline');
  if (pipeline.status !== 'success') return superseded('pipeline-not-green');
  // What the agent says of the criteria is not known before that run has ended, and another one may change the head.
  if (ticket.some(({ task, state }) => task.kind === 'coding' && !isFinal(state))) return waitFor(run, 'run-of-ticket');
  const work = await planOwnWork(run, ticket, notes);
  if (work.action === 'skip') return superseded(work.reason);
  if (work.action === 'wait') return waitForReview(run, work.review);
  // The looks above take minutes where GitLab asks to wait, and people go on meanwhile.
  const now = await gitlab.getMergeRequest(projectId, iid);
  const change = findObstacle({ ...run, mergeRequest: now }, pipeline, notes);
  if (change) return superseded(change);
  // Before it can be seen, so that a later attempt knows its own change of the title.
  await context.stage('made-ready', { head: now.headSha, ...work.word });
  await gitlab.updateMergeRequest(projectId, iid, { title: withoutDraft(now.title) });
  return report(run, pipeline, work.word);
}

/** GitLab's words for a pipeline of which a job was started again. */
const UNDER_WAY: ReadonlySet<string> = new Set(['created', 'preparing', 'waiting_for_resource', 'pending', 'running']);
const LOOK_AGAIN_MS = 2 * MINUTE;
const LONGEST_WAIT_MS = 6 * HOUR;

/** A review that has not begun so long after its head was green will not come. */
const REVIEW_BEGINS_WITHIN_MS = 30 * MINUTE;

/** A budget may be used up for weeks. */
const LOOK_FOR_BUDGET_MS = 30 * MINUTE;

function waitFor(
  { context, deps }: UpdateRun,
  reason: keyof typeof TOO_LONG,
  { longestMs = LONGEST_WAIT_MS, since = context.run.createdAt }: { longestMs?: number; since?: number } = {},
): Outcome {
  const now = deps.clock.now();
  if (now <= since + longestMs) return { kind: 'wait', reason, until: now + LOOK_AGAIN_MS };
  return superseded(TOO_LONG[reason]);
}

/** A review that waits for a budget is waited for as long, and afterwards as long as any other. */
async function waitForReview(
  run: UpdateRun,
  review: Extract<WorkStep, { action: 'wait' }>['review'],
): Promise<Outcome> {
  if (!review) return waitFor(run, 'review', { longestMs: REVIEW_BEGINS_WITHIN_MS });
  if (review.isForBudget) return { kind: 'wait', reason: 'review', until: run.deps.clock.now() + LOOK_FOR_BUDGET_MS };
  const { createdAt } = run.context.run;
  // Only where it decides: each look is a look at every event of that run.
  if (run.deps.clock.now() <= createdAt + LONGEST_WAIT_MS) return waitFor(run, 'review');
  const events = await run.deps.listRunEvents(review.runId);
  const last = events.findLastIndex(({ name, fields }) => name === 'parked' && isBudgetWait(fields?.['reason']));
  const hadBudgetAt = last === -1 ? 0 : (events[last + 1]?.at ?? 0);
  return waitFor(run, 'review', { since: Math.max(createdAt, hadBudgetAt) });
}

const TOO_LONG = {
  pipeline: 'pipeline-not-green',
  'run-of-ticket': 'work-under-way',
  review: 'criteria-not-marked',
} as const satisfies Partial<Record<WaitReason, ReadyObstacle>>;

function superseded(reason: ReadyObstacle): Outcome {
  return { kind: 'superseded', reason };
}

/** What has changed since the task was planned, and what people have said by making it a draft. */
function findObstacle(run: UpdateRun, pipeline: Pipeline, notes: readonly Note[]): ReadyObstacle | undefined {
  const { task, mergeRequest, binding, bindings, self } = run;
  if (mergeRequest.headSha !== task.headSha) return 'newer-head';
  const plan = planReady(pipeline, mergeRequest, binding, { self, bindings });
  if (plan.action === 'skip') return plan.reason;
  const { headPipeline } = mergeRequest;
  if (headPipeline !== undefined && headPipeline.id !== pipeline.id) return 'other-pipeline';
  return wasDrafted(run, notes) ? 'drafted-by-a-person' : undefined;
}

/** A draft that was taken out of draft before is one because a person made it one, also by an account we share. */
function wasDrafted({ self, context }: UpdateRun, notes: readonly Note[]): boolean {
  return notes.some(({ author, system, body }) => {
    if (system) return author.id !== self.id && isDraftNote(body);
    const marker = author.id === self.id ? parseMarker(body) : undefined;
    return marker?.purpose === READY && marker.run !== context.run.runId;
  });
}

/** The runs of the ticket, newest first. */
async function readTicketRuns(run: UpdateRun): Promise<Run[]> {
  const issueKey = findIssueKey(run);
  if (issueKey === undefined) return [];
  return run.deps.listEarlierRuns({ runId: run.context.run.runId, task: { scope: issueScope(issueKey) } });
}

async function planOwnWork(
  { context, deps, mergeRequest, binding, self }: UpdateRun,
  ofTicket: readonly Run[],
  notes: readonly Note[],
): Promise<WorkStep> {
  const { iid, headSha } = mergeRequest;
  const ofMergeRequest = await deps.listEarlierRuns(context.run);
  const reviewedHead = readReviewedHead(notes, self.id);
  const paused = isPaused(notes, self.id);
  const review = planReview(mergeRequest, 'polled', binding, { self, reviewedHead, paused });
  return planWork({ iid, headSha, ofTicket, ofMergeRequest, review });
}

/** What the attempt has noted that took it out of draft; the runs it read may have changed since. */
function readWord(events: readonly Pick<RunEvent, 'name' | 'fields'>[]): CriteriaWord {
  const { by, criteria } = events.findLast(({ name }) => name === 'made-ready')?.fields ?? {};
  return { by: by === 'review' ? 'review' : 'agent', criteria: typeof criteria === 'number' ? criteria : 0 };
}

async function report(run: UpdateRun, { id }: Pipeline, word: CriteriaWord): Promise<Outcome> {
  const { context, gitlab, mergeRequest, project } = run;
  const { projectId, iid, headSha, webUrl, sourceBranch } = mergeRequest;
  const { runId } = context.run;
  const pipelineUrl = `${project.webUrl}/-/pipelines/${id}`;
  const text = formatReadyNote({ pipelineUrl, ...word });
  const marker = { purpose: READY, scope: mergeRequestScope(projectId, iid), run: runId, sha: headSha };
  await upsertReportNote({ projectId, iid, marker, text }, { gitlab });
  await context.stage('reported', { ready: true });
  const place = { branch: sourceBranch, mergeRequestIid: iid, mergeRequestUrl: webUrl };
  return { kind: 'done', result: { what: 'ready', ...place } };
}
