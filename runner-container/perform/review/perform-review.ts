import type { Discussion } from '../../../shared/domain/ports/gitlab.ts';
import { planNotes } from '../../../shared/domain/review/plan-notes.ts';
import { readReviewedHead } from '../../../shared/domain/review/read-notes.ts';
import { readThreads } from '../../../shared/domain/review/read-threads.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import type { ReviewTask } from '../../../shared/domain/runs/task.ts';
import { findRequestNote } from '../../../shared/domain/tasks/build-task.ts';
import { AgentFailure } from '../../agent/agent-failure.ts';
import { type Workspace, withWorkspace } from '../../workspace/workspace.ts';
import { createWaitingNote, endWaiting, type WaitingNote } from '../limits/waiting-note.ts';
import { withinMergeRequestLimits } from '../limits/within-merge-request-limits.ts';
import { readMergeRequestOrder } from '../run/merge-request-order.ts';
import type { RunContext } from '../run/run-context.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import { answerRequest, describeNothingNew, describeReview, TOO_LARGE } from './answer-request.ts';
import { applyNotes } from './apply-notes.ts';
import { findTicket } from './find-ticket.ts';
import { nothingNew, planStart, type ReviewQuestion } from './plan-start.ts';
import { openReviewTree, prepareReview, type ReviewMaterial, type ReviewTree } from './prepare-review.ts';
import { countLines } from './read-changes.ts';
import { readDiffRefs } from './read-diff-refs.ts';
import { readHeadContents } from './read-head-contents.ts';
import { type ReviewReport, runReviewAgent } from './run-review-agent.ts';
import { findHeadChange, type HeadChange, whileHeadStays } from './while-head-stays.ts';
import { buildSummary, writeSummary } from './write-summary.ts';

/** Findings above this at one head are told in the summary only. */
const MAX_FINDINGS = 25;

/**
 * Reviews a merge request at one head: reads what is new, lets the agent look at it without changing anything, and posts what
 * it found. Everything is read again before anything is posted, and the summary note with the reviewed head comes last, so a
 * run may be killed anywhere and performed again.
 */
export async function performReview(
  task: ReviewTask,
  context: RunContext,
  deps: RunnerDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const order = await readMergeRequestOrder(task, deps);
  const { gitlab, mergeRequest } = order;
  const discussions = await gitlab.listDiscussions(mergeRequest.projectId, mergeRequest.iid);
  const notes = notesOf(discussions);
  const waiting = createWaitingNote(order, notes, context.run);
  const question = { task, order, notes, requestNote: findRequestNote(task) };
  return endWaiting(waiting, deps, signal, async () => {
    return planStart(question) ?? checkOut({ ...question, waiting }, context, deps, signal);
  });
}

interface ReviewRequest extends ReviewQuestion {
  waiting: WaitingNote;
}

async function checkOut(
  request: ReviewRequest,
  context: RunContext,
  deps: RunnerDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const { order } = request;
  const { gitlab, mergeRequest } = order;
  const refs = await readDiffRefs(mergeRequest, { gitlab, clock: deps.clock }, signal);
  const workspaceDeps = { root: deps.settings.workspaceRoot, clock: deps.clock, pid: process.pid };
  return withWorkspace(workspaceDeps, async (workspace) => {
    const tree = await openReviewTree(order, refs, workspace, deps, signal);
    await context.stage('cloned', { head: refs.headSha, files: tree.changes?.length ?? 0 });
    return review({ ...request, tree, workspace }, context, deps, signal);
  });
}

interface OpenReview extends ReviewRequest {
  tree: ReviewTree;
  workspace: Workspace;
}

async function review(open: OpenReview, context: RunContext, deps: RunnerDeps, signal: AbortSignal): Promise<Outcome> {
  const { tree, task, order, notes, workspace } = open;
  const tooLarge = await refuseDiff(open, context);
  if (tooLarge) return tooLarge;

  const reviewedHead = readReviewedHead(notes, order.self.id);
  const material = await prepareReview(tree, { reviewedHead, depth: task.depth }, workspace, deps, signal);
  if (!material) {
    await answer(describeNothingNew(tree.refs.headSha), open, context);
    return nothingNew(order);
  }
  // Commits that change nothing of their own, such as a merge of the target branch, need no model.
  if (material.reviewed.length === 0) return lookAndTell(open, material, context, deps, signal);
  return withinMergeRequestLimits(open, context, deps, signal, (limited) =>
    lookAndTell(open, material, context, limited, signal),
  );
}

async function lookAndTell(
  open: OpenReview,
  material: ReviewMaterial,
  context: RunContext,
  deps: RunnerDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const { tree, order, requestNote } = open;
  const { projectId, iid } = order.mergeRequest;
  const head = { projectId, iid, headSha: tree.refs.headSha };
  const watch = { gitlab: order.gitlab, clock: deps.clock, log: deps.log };
  const session = await whileHeadStays(head, watch, (inner) => look(open, material, context, deps, inner), signal);
  if (session.kind === 'moved') {
    if (session.cause instanceof AgentFailure) await deps.saveTranscript(context.run, session.cause.transcript);
    return endEarly(session.change, requestNote);
  }
  const change = await findHeadChange(head, order.gitlab);
  if (change) return endEarly(change, requestNote);
  return publishReview(open, material, session.value, context, deps, signal);
}

/** The rules that need the diff. A person who asked for a review that is too large is told so. */
async function refuseDiff(open: OpenReview, context: RunContext): Promise<Outcome | undefined> {
  const { changes } = open.tree;
  if (!changes) {
    await answer(TOO_LARGE, open, context);
    return { kind: 'superseded', reason: 'too-large' };
  }
  const { added, removed } = countLines(changes.map(({ diff }) => diff));
  const changedPaths = changes.map(({ diff }) => diff.newPath);
  return planStart(open, { changedPaths, changedLines: added + removed });
}

/** One session of the agent. */
async function look(
  { order, tree, workspace }: OpenReview,
  material: ReviewMaterial,
  context: RunContext,
  deps: RunnerDeps,
  signal: AbortSignal,
): Promise<ReviewReport> {
  if (material.reviewed.length === 0) return NOTHING_CHANGED;
  const { projectId, iid } = order.mergeRequest;
  const ticket = await findTicket(order, deps, signal);
  const threads = readThreads(await order.gitlab.listDiscussions(projectId, iid), order.self.id);
  const background = { threads, headSha: tree.refs.headSha, ...(ticket === undefined ? {} : { ticket }) };
  await context.stage('agent-started', { range: material.range.kind, files: material.reviewed.length });
  const report = await runReviewAgent({ order, material, workspace, background }, context, deps, signal);
  await context.stage('agent-finished', { ...report.usage, findings: report.result.findings.length });
  return report;
}

const NOTHING_CHANGED: ReviewReport = {
  result: { summary: 'The commits change nothing in this merge request.', findings: [], resolvedThreads: [] },
  usage: { modelCalls: 0, inputTokens: 0, outputTokens: 0 },
};

/** Posts the review, planned against what stands on the merge request at this moment. */
async function publishReview(
  open: OpenReview,
  material: ReviewMaterial,
  { result, usage }: ReviewReport,
  context: RunContext,
  deps: RunnerDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const { order, tree } = open;
  const { gitlab, self, binding, mergeRequest, scope } = order;
  const { projectId, iid } = mergeRequest;
  const { files, range } = material;
  const { refs } = tree;
  const discussions = await gitlab.listDiscussions(projectId, iid);
  const headContents = await readHeadContents(
    tree.repository,
    refs.headSha,
    { findings: result.findings, files },
    signal,
  );
  const plan = planNotes({
    findings: result.findings,
    verdicts: result.resolvedThreads,
    discussions,
    ownUserId: self.id,
    files,
    refs,
    cap: MAX_FINDINGS,
    resolution: binding.review.resolution,
    headContents,
  });
  const place = { projectId, iid, headSha: refs.headSha, scope, ownUserId: self.id };
  const applied = await applyNotes(plan, { ...place, discussions }, { gitlab, log: deps.log }, signal);
  const { headSha } = refs;
  const summary = buildSummary({
    summary: result.summary,
    range,
    headSha,
    scope,
    plan,
    applied,
    files,
    discussions,
    ownUserId: self.id,
  });
  await writeSummary(summary, place, gitlab);
  await answer(describeReview(summary), open, context);
  await context.stage('reported', { posted: applied.posted.length, resolved: applied.resolved });
  const about = { mergeRequestIid: iid, mergeRequestUrl: mergeRequest.webUrl };
  return { kind: 'done', result: { what: 'reviewed', ...about, summary: result.summary.slice(0, 500), usage } };
}

async function answer(text: string, { order, requestNote }: OpenReview, { run }: RunContext): Promise<void> {
  if (requestNote === undefined) return;
  await answerRequest(text, { noteId: requestNote, runId: run.runId }, order, order.gitlab);
}

/** A push has a task of its own; a person who asked gets the newest head. */
function endEarly(change: HeadChange, requestNote: number | undefined): Outcome {
  const again = change === 'newer-head' && requestNote !== undefined;
  return again ? { kind: 'retry', code: 'branch-moved' } : { kind: 'superseded', reason: change };
}

function notesOf(discussions: readonly Discussion[]) {
  return discussions.flatMap(({ notes }) => notes);
}
