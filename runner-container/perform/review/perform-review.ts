import { fromCriteriaEvents, toMarkFields } from '../../../shared/domain/criteria/criteria-event.ts';
import { countCriteria, judgeCriteria } from '../../../shared/domain/criteria/judge-criteria.ts';
import type { Discussion } from '../../../shared/domain/ports/gitlab.ts';
import { chooseTreatment, type Treatment } from '../../../shared/domain/review/choose-treatment.ts';
import { isLockFile } from '../../../shared/domain/review/dependency-files.ts';
import { type NotesPlan, planNotes } from '../../../shared/domain/review/plan-notes.ts';
import { readReviewedHead } from '../../../shared/domain/review/read-notes.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import type { ReviewTask } from '../../../shared/domain/runs/task.ts';
import { findRequestNote } from '../../../shared/domain/tasks/build-task.ts';
import { fitWords } from '../../../shared/kernel/text/fit-words.ts';
import { AgentFailure } from '../../agent/agent-failure.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { createWaitingNote, endWaiting, type WaitingNote } from '../limits/waiting-note.ts';
import { withinMergeRequestLimits } from '../limits/within-merge-request-limits.ts';
import type { ActiveRun } from '../run/active-run.ts';
import { type MergeRequestRun, readMergeRequestRun } from '../run/merge-request-run.ts';
import { withRunWorkspace } from '../run/with-run-workspace.ts';
import { reviewInShadow } from '../shadow/review-in-shadow.ts';
import { answerRequest, describeNothingNew, describeReview, TOO_LARGE } from './answer-request.ts';
import { applyNotes } from './apply-notes.ts';
import { findTicket } from './find-ticket.ts';
import { keepMarks } from './keep-marks.ts';
import { limitBotReviews } from './limit-bot-reviews.ts';
import { isNothingNew, nothingNew, planStart, type ReviewQuestion } from './plan-start.ts';
import { openReviewTree, prepareReview, type ReviewMaterial, type ReviewTree } from './prepare-review.ts';
import { countLines } from './read-changes.ts';
import { readDiffRefs } from './read-diff-refs.ts';
import { readHeadContents } from './read-head-contents.ts';
import { reportTooLarge } from './report-too-large.ts';
import type { ReviewReport } from './review-session.ts';
import { runReviewAgent } from './run-review-agent.ts';
import { createStatusReport, type StatusReport } from './status-report.ts';
import { findHeadChange, type HeadChange, type LookAtHead, whileHeadStays } from './while-head-stays.ts';
import { buildSummary, writeSummary } from './write-summary.ts';

/** Findings above this at one head stand in the summary only. */
const MAX_FINDINGS = 25;

/**
 * Reviews a merge request at one head: reads what is new, lets the agent look at it without changing anything, and
 * posts what it found. Everything is read again before anything is posted, and the summary note with the reviewed head
 * comes last, so a run may be killed anywhere and performed again.
 */
export async function performReview(active: ActiveRun<ReviewTask>, signal: AbortSignal): Promise<Outcome> {
  const run = await readMergeRequestRun(active);
  return run.binding.mode === 'live' ? review(run, signal) : reviewInShadow(run, (found) => review(found, signal));
}

async function review(run: MergeRequestRun<ReviewTask>, signal: AbortSignal): Promise<Outcome> {
  const { gitlab, mergeRequest, context, deps, task } = run;
  const discussions = await gitlab.listDiscussions(mergeRequest.projectId, mergeRequest.iid);
  const notes = notesOf(discussions);
  const waiting = createWaitingNote(run, notes, context.run);
  const status = createStatusReport({ ...run, clock: deps.clock, log: deps.log });
  const found = { ...run, notes, requestNote: findRequestNote(task), waiting, status };
  try {
    const outcome = await endWaiting(waiting, deps, signal, async () => {
      return planStart(found) ?? (await limitBotReviews(found)) ?? checkOut(found, signal);
    });
    const reviewedHead = readReviewedHead(notes, run.self.id);
    // What an earlier attempt or review left to say, and what people resolved since.
    if (isNothingNew(outcome) && reviewedHead !== undefined) await status.finish(reviewedHead, { discussions });
    await reportTooLarge(outcome, found);
    await status.close(outcome);
    return await keepMarks(outcome, reviewedHead, run);
  } catch (error) {
    await status.interrupt(signal);
    throw error;
  }
}

/** A review, carried from its beginning to its end. */
interface ReviewRun extends ReviewQuestion, MergeRequestRun<ReviewTask> {
  waiting: WaitingNote;
  status: StatusReport;
}

async function checkOut(review: ReviewRun, signal: AbortSignal): Promise<Outcome> {
  const { gitlab, mergeRequest, context, deps } = review;
  const refs = await readDiffRefs(mergeRequest, { gitlab, clock: deps.clock }, signal);
  return withRunWorkspace(deps, async (workspace) => {
    const tree = await openReviewTree(review, refs, workspace, signal);
    context.note({ baseSha: refs.headSha });
    await context.stage('cloned', { head: refs.headSha, files: tree.changes?.length ?? 0 });
    return reviewTree({ ...review, tree, workspace }, signal);
  });
}

interface OpenReview extends ReviewRun {
  tree: ReviewTree;
  workspace: Workspace;
}

async function reviewTree(open: OpenReview, signal: AbortSignal): Promise<Outcome> {
  const { tree, task, self, notes, workspace, deps } = open;
  const tooLarge = await refuseDiff(open);
  if (tooLarge) return tooLarge;

  const reviewedHead = readReviewedHead(notes, self.id);
  // A person who asks overrides the rules of the binding.
  const globs = open.requestNote === undefined ? open.binding.review.paths : [];
  const leavesOutLocks = treatmentOf(open).kind === 'dependency-update';
  const scope = { reviewedHead, depth: task.depth, globs, leavesOutLocks, workspace, log: deps.log };
  const material = await prepareReview(tree, scope, signal);
  if (!material) {
    await answer(describeNothingNew(tree.refs.headSha), open);
    return nothingNew(open);
  }
  // Commits that change nothing of their own, such as a merge of the target branch, need no model.
  if (material.parts.length === 0) return reviewAndPublish(open, material, signal);
  return withinMergeRequestLimits(open, signal, (limited) => reviewAndPublish(limited, material, signal));
}

async function reviewAndPublish(open: OpenReview, material: ReviewMaterial, signal: AbortSignal): Promise<Outcome> {
  const { tree, gitlab, mergeRequest, requestNote, context, deps } = open;
  const head = { projectId: mergeRequest.projectId, iid: mergeRequest.iid, headSha: tree.refs.headSha };
  const watch = { gitlab, clock: deps.clock, log: deps.log };
  await open.status.begin(tree.refs.headSha);
  const session = await whileHeadStays(head, watch, (inner, look) => runReview(open, material, look, inner), signal);
  if (session.kind === 'moved') {
    if (session.cause instanceof AgentFailure) await deps.saveTranscript(context.run, session.cause.transcript);
    return endEarly(session.change, requestNote);
  }
  const change = await findHeadChange(head, gitlab);
  if (change) return endEarly(change, requestNote);
  return publishReview(open, material, session.value, signal);
}

/** The rules that need the diff. A person who asked for a review that is too large gets an answer. */
async function refuseDiff(open: OpenReview): Promise<Outcome | undefined> {
  const { changes } = open.tree;
  if (!changes) {
    await answer(TOO_LARGE, open);
    return { kind: 'superseded', reason: 'too-large' };
  }
  const isUpdate = treatmentOf(open).kind === 'dependency-update';
  // Those are not read.
  const read = changes.filter(({ diff }) => !isUpdate || !isLockFile(diff.newPath));
  const { added, removed } = countLines(read.map(({ diff }) => diff));
  return planStart(open, { changedPaths: listPaths(open.tree), changedLines: added + removed });
}

/** By what is true now; a person who asks gets the usual review. */
function treatmentOf({ mergeRequest, binding, self, requestNote, tree }: OpenReview): Treatment {
  if (requestNote !== undefined) return { kind: 'usual' };
  return chooseTreatment(mergeRequest, binding.review.bots, { self, changedPaths: listPaths(tree) });
}

function listPaths({ changes = [] }: ReviewTree): string[] {
  return changes.map(({ diff }) => diff.newPath);
}

/** What the agent says about the change, in as many sessions as that takes. */
async function runReview(
  open: OpenReview,
  material: ReviewMaterial,
  look: LookAtHead,
  signal: AbortSignal,
): Promise<ReviewReport> {
  if (material.parts.length === 0) {
    // A criterion may depend on a file that is not looked at: its mark is not carried over that.
    if (material.leftOut.length > 0) return NOTHING_REVIEWED;
    return carryMarks(open, NOTHING_CHANGED, signal);
  }
  const { tree, workspace, gitlab, mergeRequest, deps } = open;
  const ticket = await findTicket(open, deps, signal);
  const discussions = await gitlab.listDiscussions(mergeRequest.projectId, mergeRequest.iid);
  const { headSha } = tree.refs;
  const isDependencyUpdate = treatmentOf(open).kind === 'dependency-update';
  const session = { run: open, material, workspace, discussions, headSha, ticket, look, isDependencyUpdate };
  const report = await runReviewAgent(session, signal);
  const criteria = ticket && judgeCriteria(ticket.criteria, report.result.criteria);
  return ticket && criteria ? mark(open, { ...report, criteria, issueKey: ticket.issueKey }) : report;
}

/** Kept with the run before anything is posted, for the ticket and for audits. */
async function mark<Report extends Required<Pick<ReviewReport, 'criteria' | 'issueKey'>>>(
  { context, tree }: Pick<OpenReview, 'context' | 'tree'>,
  report: Report,
): Promise<Report> {
  const { criteria, issueKey } = report;
  await context.stage('criteria', toMarkFields(criteria, { issueKey, headSha: tree.refs.headSha }));
  return report;
}

/**
 * Commits that change nothing of their own leave what the last review said about the criteria as it was, as far as
 * these read as they did.
 */
async function carryMarks(open: OpenReview, report: ReviewReport, signal: AbortSignal): Promise<ReviewReport> {
  const { deps, context, notes, self } = open;
  const reviewedHead = readReviewedHead(notes, self.id);
  const earlier = await deps.listEarlierRuns(context.run);
  const last = earlier.find(({ result }) => result?.criteria && result.headSha === reviewedHead);
  const ticket = last && (await findTicket(open, deps, signal));
  if (!ticket || ticket.issueKey !== last.result?.issueKey) return report;
  const answers = fromCriteriaEvents(await deps.listRunEvents(last.runId), ticket.criteria);
  const criteria = judgeCriteria(ticket.criteria, answers);
  return criteria ? mark(open, { ...report, criteria, issueKey: ticket.issueKey }) : report;
}

const NOTHING_CHANGED: ReviewReport = {
  result: { summary: 'The commits change nothing in this merge request.', findings: [], resolvedThreads: [] },
  usage: { modelCalls: 0, inputTokens: 0, outputTokens: 0 },
};

const NOTHING_REVIEWED: ReviewReport = {
  ...NOTHING_CHANGED,
  result: { ...NOTHING_CHANGED.result, summary: 'The commits change no file that is reviewed here.' },
};

/** Posts the review, planned against what stands on the merge request at this moment. */
async function publishReview(
  open: OpenReview,
  material: ReviewMaterial,
  { result, criteria, issueKey, usage, unreadable = 0, unreadableFindings = 0, parts, missed = [] }: ReviewReport,
  signal: AbortSignal,
): Promise<Outcome> {
  const { tree, gitlab, self, binding, mergeRequest, scope, context, status, deps } = open;
  const { projectId, iid } = mergeRequest;
  const { files, range } = material;
  const treatment = treatmentOf(open);
  const isSummaryOnly = treatment.kind === 'dependency-update' && treatment.isSummaryOnly;
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
    minSeverity: isSummaryOnly ? 'none' : binding.review.minSeverity,
    resolution: binding.review.resolution,
    headContents,
  });
  const place = { projectId, iid, headSha: refs.headSha, scope, ownUserId: self.id };
  const applied = await applyNotes(plan, { ...place, discussions }, { gitlab, log: deps.log }, signal);
  const { headSha } = refs;
  const summary = buildSummary({
    summary: result.summary,
    ...(parts ? { parts } : {}),
    ...(criteria ? { criteria } : {}),
    range,
    headSha,
    scope,
    plan,
    applied,
    files,
    discussions,
    ownUserId: self.id,
    leftOut: [...material.leftOut, ...missed],
    unreadable,
    incomplete:
      unreadableFindings > 0 || missed.length > 0 || (binding.review.status === 'on' && plan.overflow.length > 0),
    statusRefused: status.refused(),
  });
  signal.throwIfAborted();
  // Before the summary, whose head ends it: an attempt that begins after that says nothing more.
  const marked = criteria && issueKey !== undefined ? { issueKey, iid, url: mergeRequest.webUrl } : undefined;
  if (marked && binding.mode === 'live')
    await deps.outbox.enqueue({ kind: 'criteria-marked', ...marked, runId: context.run.runId });
  await writeSummary(summary, place, gitlab);
  signal.throwIfAborted();
  await answer(describeReview(summary), open);
  await finishStatus(open, plan, { unreadable: unreadableFindings, missed: missed.length });
  await context.stage('reported', { posted: applied.posted.length, resolved: applied.resolved });
  const about = { mergeRequestIid: iid, mergeRequestUrl: mergeRequest.webUrl };
  const counts = marked && criteria ? { criteria: countCriteria(criteria), issueKey: marked.issueKey, headSha } : {};
  const summarized = fitWords(result.summary, 500);
  return { kind: 'done', result: { what: 'reviewed', ...about, summary: summarized, ...counts, usage } };
}

/** Last, because an attempt that fails here finds everything else done and sets it. */
async function finishStatus(
  { status, binding, gitlab, mergeRequest, tree }: OpenReview,
  plan: NotesPlan,
  lost: { unreadable: number; missed: number },
): Promise<void> {
  if (binding.review.status === 'off') return;
  const discussions = await gitlab.listDiscussions(mergeRequest.projectId, mergeRequest.iid);
  const overflow = plan.overflow.map(({ finding }) => finding.severity);
  await status.finish(tree.refs.headSha, { discussions, overflow, ...lost });
}

async function answer(text: string, open: OpenReview): Promise<void> {
  if (open.requestNote === undefined) return;
  await answerRequest(text, { noteId: open.requestNote, runId: open.context.run.runId }, open);
}

/** A push has a task of its own; a person who asked gets the newest head. */
function endEarly(change: HeadChange, requestNote: number | undefined): Outcome {
  const again = change === 'newer-head' && requestNote !== undefined;
  return again ? { kind: 'retry', code: 'branch-moved' } : { kind: 'superseded', reason: change };
}

function notesOf(discussions: readonly Discussion[]) {
  return discussions.flatMap(({ notes }) => notes);
}
