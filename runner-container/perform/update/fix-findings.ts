import { isRefusedByGitLab } from '../../../shared/domain/ports/gitlab-refusals.ts';
import type { FindingFix } from '../../../shared/domain/review/finding-fix.ts';
import { fromFixesEvents } from '../../../shared/domain/review/fixes-event.ts';
import { formatFixAnswer } from '../../../shared/domain/review/format-reply.ts';
import { FIX_PURPOSE, ownMarker } from '../../../shared/domain/review/read-threads.ts';
import { isBudgetWait, type Outcome } from '../../../shared/domain/runs/outcome.ts';
import { issueScope } from '../../../shared/domain/tasks/plan-coding.ts';
import {
  findFixObstacle,
  isTicketAtWork,
  listMendableFindings,
  type OwnReviewFacts,
} from '../../../shared/domain/tasks/plan-own-review.ts';
import { isOwnMergeRequest } from '../../../shared/domain/tasks/plan-target-merge.ts';
import { HOUR, MINUTE } from '../../../shared/kernel/clock.ts';
import { fitWords } from '../../../shared/kernel/text/fit-words.ts';
import { tolerate } from '../../../shared/kernel/tolerate.ts';
import { withinMergeRequestLimits } from '../limits/within-merge-request-limits.ts';
import { findIssueKey } from '../run/find-issue-key.ts';
import { findPushed } from './find-pushed.ts';
import { findActOfPeople, type GaveWay } from './give-way.ts';
import { runFixSession } from './run-fix-session.ts';
import type { UpdateRun } from './update-run.ts';

const LOOK_AGAIN_MS = 2 * MINUTE;
const LONGEST_WAIT_MS = 6 * HOUR;

/**
 * One round of the agent about what its own review has found in its merge request: one session mends it, its commit is
 * pushed, and each thread is answered. It gives way to people who push or speak meanwhile, and to a budget that is used
 * up, because people are asked then. What has been done is read from GitLab and the ledger each time, so it may be
 * killed anywhere and performed again.
 */
export async function fixFindings(run: UpdateRun, signal: AbortSignal): Promise<Outcome> {
  const pushed = await findPushed(run, signal);
  if (pushed !== undefined) return report(run, await recall(run), pushed);
  const facts = await readFacts(run);
  // What it has delivered is not known before that run has ended, and another one may change the head.
  if (facts.ofTicket.some(isTicketAtWork)) return waitForTicket(run);
  const reason = findReason(run, facts);
  if (reason !== undefined) return { kind: 'superseded', reason };
  const outcome = await withinMergeRequestLimits({ ...run, waiting: SILENT }, signal, (limited) =>
    mend({ ...limited, waiting: run.waiting }, facts, signal),
  );
  return outcome.kind === 'wait' && isBudgetWait(outcome.reason) ? { kind: 'superseded', reason: 'budget' } : outcome;
}

/** No person waits for this run: where it may not begin, reviewers are asked. */
const SILENT: UpdateRun['waiting'] = { notify: async () => {}, retract: async () => {} };
async function readFacts(run: UpdateRun): Promise<OwnReviewFacts> {
  const { gitlab, mergeRequest, self, binding, task, context, deps } = run;
  const issueKey = findIssueKey(run);
  const [ofTicket, earlier, discussions] = await Promise.all([
    issueKey === undefined ? [] : deps.listEarlierRuns({ ...context.run, task: { scope: issueScope(issueKey) } }),
    deps.listEarlierRuns(context.run),
    gitlab.listDiscussions(mergeRequest.projectId, mergeRequest.iid),
  ]);
  return {
    now: deps.clock.now(),
    mergeRequest,
    review: binding.review,
    selfId: self.id,
    ofTicket,
    // Only a person has a task worked on twice.
    ofMergeRequest: earlier.filter((other) => other.task.id !== task.id),
    discussions,
  };
}

function findReason(run: UpdateRun, facts: OwnReviewFacts): string | undefined {
  const { task, mergeRequest, self, bindings } = run;
  if (mergeRequest.headSha !== task.headSha) return 'newer-head';
  if (!isOwnMergeRequest(mergeRequest, { self, bindings })) return 'not-own';
  return findFixObstacle(facts);
}

function waitForTicket({ context, deps }: UpdateRun): Outcome {
  const now = deps.clock.now();
  if (now > context.run.createdAt + LONGEST_WAIT_MS) return { kind: 'superseded', reason: 'work-under-way' };
  return { kind: 'wait', reason: 'run-of-ticket', until: now + LOOK_AGAIN_MS };
}

async function mend(run: UpdateRun, facts: OwnReviewFacts, signal: AbortSignal): Promise<Outcome> {
  const { context } = run;
  const threads = listMendableFindings(facts);
  const findPerson = () => findPersonAtWork(run, facts);
  const fixed = await runFixSession(run, { threads, findPerson }, signal);
  signal.throwIfAborted();
  if (typeof fixed === 'string') return { kind: 'superseded', reason: fixed };
  const known = new Set(threads.map(({ discussionId }) => discussionId));
  const fixes = fixed.fixes.filter(({ discussionId }) => known.has(discussionId));
  if (fixed.commitSha !== undefined) await context.stage('pushed', { sha: fixed.commitSha });
  return report(run, { fixes, summary: fixed.summary }, fixed.commitSha);
}

async function findPersonAtWork(run: UpdateRun, facts: OwnReviewFacts): Promise<GaveWay | undefined> {
  const { gitlab, mergeRequest } = run;
  const [act, discussions] = await Promise.all([
    findActOfPeople(run),
    gitlab.listDiscussions(mergeRequest.projectId, mergeRequest.iid),
  ]);
  if (act) return act;
  return findFixObstacle({ ...facts, discussions }) === 'person-spoke' ? 'person-spoke' : undefined;
}

interface Said {
  fixes: readonly FindingFix[];
  summary: string;
}

/** An earlier attempt has pushed and may not have lived to answer. */
async function recall({ context, deps }: UpdateRun): Promise<Said> {
  return { fixes: fromFixesEvents(await deps.listRunEvents(context.run.runId)), summary: '' };
}

async function report(run: UpdateRun, { fixes, summary }: Said, commitSha: string | undefined): Promise<Outcome> {
  const { mergeRequest, context } = run;
  for (const fix of fixes) await answer(run, fix, commitSha);
  await context.stage('reported', { answered: fixes.length });
  const { iid: mergeRequestIid, webUrl: mergeRequestUrl, sourceBranch: branch } = mergeRequest;
  const what = commitSha === undefined ? 'findings-left' : 'findings-fixed';
  const pushed = commitSha === undefined ? {} : { commitSha };
  const said = summary === '' ? {} : { summary: fitWords(summary, 500) };
  return { kind: 'done', result: { what, branch, mergeRequestIid, mergeRequestUrl, ...pushed, ...said } };
}

/** Once for each thread and run. One that was deleted or takes no answer costs nothing else. */
async function answer(
  { gitlab, mergeRequest, self, scope, context, deps }: UpdateRun,
  fix: FindingFix,
  commitSha: string | undefined,
): Promise<void> {
  const { projectId, iid } = mergeRequest;
  const { runId } = context.run;
  const { discussionId } = fix;
  const discussion = await gitlab.findDiscussion(projectId, iid, discussionId);
  const isAnswered = discussion?.notes.some((note) => {
    const marker = ownMarker(note, self.id);
    return marker?.purpose === FIX_PURPOSE && marker.run === runId;
  });
  if (!discussion || isAnswered) return;
  const body = formatFixAnswer(fix, { scope, runId, commitSha });
  const leave = { log: deps.log, event: 'thread left as it is', isTolerable: isRefusedByGitLab };
  await tolerate(() => gitlab.replyToDiscussion(projectId, iid, discussionId, body), leave);
}
