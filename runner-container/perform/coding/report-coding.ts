import { countCriteria } from '../../../shared/domain/criteria/judge-criteria.ts';
import { formatKeptRoute } from '../../../shared/domain/messages/format-route-note.ts';
import { formatNoChanges, formatProgress, formatResult } from '../../../shared/domain/messages/format-run-report.ts';
import {
  formatAllowGone,
  formatAnsweredElsewhere,
  formatAskAgain,
  formatInOtherProject,
  formatLeftInOtherProject,
  formatMovedOn,
  formatQueued,
  type QueuedWait,
} from '../../../shared/domain/messages/format-ticket-note.ts';
import type { MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import { isTriggered } from '../../../shared/domain/tasks/plan-coding.ts';
import { awaitsAnswers, listStoppedLabels } from '../../../shared/domain/tasks/plan-stopped-issue.ts';
import { sameName } from '../../../shared/kernel/text/same-name.ts';
import { tolerate } from '../../../shared/kernel/tolerate.ts';
import { moveIssue } from '../../../shared/services/issues/move-issue.ts';
import { findAsker, reportOnIssue, retractReport } from '../../../shared/services/notifications/report-on-issue.ts';
import { OWN_LINK } from '../run/with-remote-links.ts';
import type { DeliveredChange, NoChange } from './change.ts';
import type { ActiveCoding, CodingRun, SupersededReason } from './coding-run.ts';
import { handBack, readNow } from './hand-back.ts';
import { moveToReview } from './move-to-review.ts';
import { standsForAnother } from './newer-request.ts';
import type { Announced } from './show-progress.ts';

/**
 * Moves the ticket to work in progress and says so. On a later attempt the ticket may be further along already, and is
 * only moved when it still stands in its trigger for this very request. Resolves with what was said, and where.
 * @throws {TaskError} `transition-unavailable`
 */
export async function announceWork(
  coding: CodingRun,
  { plans }: { plans: boolean },
  signal: AbortSignal,
): Promise<Announced> {
  const { issue, binding, branch, resumed, ownRequest, context, deps } = coding;
  const { run } = context;
  const at = deps.clock.now();
  const { trigger, statuses } = binding;
  const isForAnother = resumed && standsForAnother(issue, binding, ownRequest);
  if (!resumed || (trigger.kind === 'status' && isTriggered(issue, trigger) && !isForAnother)) {
    await moveIssue(deps.jira, { issueKey: issue.key, targetStatus: statuses.inProgress }, signal);
  }
  if (!isForAnother) await takeLabelOff(coding, signal);
  const now = plans ? 'It reads the repository and makes a plan' : 'It reads the repository and makes the change';
  const progress = { now, attempt: run.attempt, branch };
  const more = describeKeptRoute(coding);
  const markdown = [formatProgress(progress), ...more].join('\n\n');
  const report = { issueKey: issue.key, runId: run.runId, markdown };
  const { commentId } = await reportOnIssue(report, reportDeps(deps), signal);
  return { progress, more, commentId, at };
}

function describeKeptRoute({ binding, fitsNow }: Pick<CodingRun, 'binding' | 'fitsNow'>): string[] {
  return fitsNow ? [formatKeptRoute(binding, fitsNow)] : [];
}

/** The run may not begin yet: its comment says when it will, the same each time. */
export async function reportQueued(
  { issue, context, deps }: CodingRun,
  wait: QueuedWait,
  signal: AbortSignal,
): Promise<void> {
  const report = { issueKey: issue.key, runId: context.run.runId, markdown: formatQueued(wait) };
  await reportOnIssue(report, reportDeps(deps), signal);
}

/** There is nothing to do: what the run's comment promised, if there is one, is taken back. */
export async function reportSuperseded(
  { task, context, deps }: ActiveCoding,
  reason: SupersededReason,
  signal: AbortSignal,
): Promise<Outcome> {
  const report = { issueKey: task.issueKey, runId: context.run.runId, markdown: RETRACTIONS[reason]() };
  await retractReport(report, reportDeps(deps), signal);
  return { kind: 'superseded', reason };
}

const RETRACTIONS: Record<SupersededReason, () => string> = {
  'issue-moved-on': formatMovedOn,
  'issue-in-other-project': formatInOtherProject,
  'request-answered': formatAnsweredElsewhere,
  'allow-gone': formatAllowGone,
};

/** The good end: result comment, link, ticket in review and assigned to a person. */
export async function reportResult(
  coding: CodingRun,
  change: DeliveredChange & { mergeRequest: MergeRequest },
  signal: AbortSignal,
): Promise<Outcome> {
  const { issue, branch, context, deps } = coding;
  const { mergeRequest, sha, summary, criteria, checks, usage, rework } = change;
  const plan = change.plan === undefined ? {} : { plan: change.plan };
  // What a person has approved stands in a comment of its own.
  const shownPlan = coding.plan?.approvedBy === undefined ? plan : {};
  const { run } = context;
  const result = {
    what: 'merge-request',
    branch,
    commitSha: sha,
    mergeRequestIid: mergeRequest.iid,
    mergeRequestUrl: mergeRequest.webUrl,
    summary,
    ...plan,
    ...(criteria ? { criteria: countCriteria(criteria) } : {}),
    usage,
  };
  const text = formatResult({
    summary,
    ...shownPlan,
    ...(criteria ? { criteria } : {}),
    branch,
    commitSha: sha,
    mergeRequestUrl: mergeRequest.webUrl,
    mergeRequestIid: mergeRequest.iid,
    checks,
    usage,
    durationMs: deps.clock.now() - run.createdAt,
    rework,
  });
  const remarks = await moveToReview(coding, change.seenRequest, deps, signal);
  await linkMergeRequest(coding, mergeRequest, signal);
  const markdown = [text, ...remarks, ...describeKeptRoute(coding)].join('\n\n');
  signal.throwIfAborted();
  const mention = findAsker(coding.task);
  await reportOnIssue({ issueKey: issue.key, runId: run.runId, markdown, mention }, reportDeps(deps), signal);
  await context.stage('reported');
  return { kind: 'done', result };
}

/** The comment names the merge request too, so that a refused link costs nothing but the link. */
async function linkMergeRequest(
  { issue: { key: issueKey }, deps }: CodingRun,
  { iid, webUrl: url }: MergeRequest,
  signal: AbortSignal,
) {
  const link = { globalId: `${OWN_LINK}${url}`, url, title: `Merge request !${iid}` };
  const refused = { log: deps.log, event: 'merge request not linked', fields: { issueKey } };
  await tolerate(() => deps.jira.setRemoteLink(issueKey, link, signal), refused);
}

/**
 * The agent changed nothing: the ticket says why, and goes back to the person who asked; one that was moved to another
 * project meanwhile only says why.
 */
export async function reportNothing(
  coding: CodingRun,
  { summary, question, leftOut, usage }: NoChange,
  signal: AbortSignal,
): Promise<Outcome> {
  const { issue, binding, context, deps } = coding;
  const hasQuestion = question !== undefined;
  const now = await readNow(coding, signal);
  const isElsewhere = now.key !== issue.key;
  const next = isElsewhere
    ? formatLeftInOtherProject(now.key)
    : formatAskAgain(binding.trigger, { standsThere: false });
  const text = formatNoChanges({
    summary,
    askAgain: next,
    ...(hasQuestion ? { question, awaitsAnswer: !isElsewhere && awaitsAnswers(binding) } : {}),
  });
  const markdown = [text, ...leftOut.map((line) => `- ${line}`), ...describeKeptRoute(coding)].join('\n\n');
  await handBack(coding, { now, hasQuestion }, signal);
  const report = { issueKey: issue.key, runId: context.run.runId, markdown, mention: findAsker(coding.task) };
  await reportOnIssue(report, reportDeps(deps), signal);
  await context.stage('reported');
  return { kind: 'done', result: { what: question ? 'question' : 'no-changes', summary: question ?? summary, usage } };
}

/** Off from the beginning, so that putting it on again is a new request, also while this one is worked on. */
async function takeLabelOff({ issue, binding, deps }: CodingRun, signal: AbortSignal) {
  const { jira, log } = deps;
  const { trigger } = binding;
  const asking = trigger.kind === 'label' ? issue.labels.find((one) => sameName(one, trigger.label)) : undefined;
  const labels = [...(asking === undefined ? [] : [asking]), ...listStoppedLabels(issue, binding)];
  const refused = { log, event: 'label not removed', fields: { issueKey: issue.key } };
  for (const label of labels) await tolerate(() => jira.removeLabel(issue.key, label, signal), refused);
}

function reportDeps({ jira, settings, log }: ActiveCoding['deps']) {
  return { jira, agentId: settings.agentId, log };
}
