import type { IssueComment } from '../../../shared/domain/ports/jira.ts';
import type { Allowance } from '../../../shared/domain/runs/allowed-event.ts';
import { findStoredPlan } from '../../../shared/domain/runs/plan-event.ts';
import { hasBegunBefore, isFinal, type Run, type RunEvent } from '../../../shared/domain/runs/run.ts';
import { causeOf } from '../../../shared/domain/runs/task-cause.ts';
import { type Addressee, mentionWordsOf } from '../../../shared/domain/tasks/addresses.ts';
import {
  type CodingStep,
  chooseCodingStep,
  type WaitingPlan,
} from '../../../shared/domain/tasks/choose-coding-step.ts';
import { findWaitingPlan, PLAN_RESULT } from '../../../shared/domain/tasks/find-waiting-plan.ts';
import { isGoAhead } from '../../../shared/domain/tasks/go-ahead.ts';
import { planModeOf } from '../../../shared/domain/tasks/plan-mode.ts';
import { sha256 } from '../../../shared/kernel/sha256.ts';
import { isOwnComment } from '../../../shared/services/notifications/report-comment.ts';
import { parseFooter } from '../../../shared/services/notifications/report-footer.ts';
import type { CodingRun } from './coding-run.ts';

/**
 * Whether the run plans or works, by the map, the other runs of the issue and what people wrote on it. What an attempt
 * has begun with the next one goes on with, also where a label or a comment was changed meanwhile. Asks nothing where
 * no plan is asked for and none was made.
 * @throws {TaskError} `jira-*`, `storage-unavailable`.
 */
export async function chooseStep(coding: CodingRun, signal: AbortSignal): Promise<CodingStep> {
  const { issue, binding, others, context, deps } = coding;
  const begun = hasBegunBefore(context.run) && readDecision(await deps.listRunEvents(context.run.runId));
  if (begun) return goOn(coding, begun);
  const mode = planModeOf(issue, binding);
  const carried = coding.allowance && (await carryOn(coding, coding.allowance));
  if (carried && (carried.planRun !== undefined || mode !== 'ask')) return carried;
  const hadPlan = others.some(({ result }) => result?.what === PLAN_RESULT);
  if (mode === 'off' && !hadPlan) return { kind: 'code' };

  const [self, comments] = await Promise.all([deps.jira.getMyself(signal), deps.jira.listComments(issue.key, signal)]);
  const agent = { self, words: mentionWordsOf(deps.settings.agentId) };
  const cause = causeOf(coding.task);
  return chooseCodingStep({
    mode,
    cause,
    others,
    agent,
    waiting: await findWaiting(coding, comments, agent),
    comment: cause.kind === 'issue-comment' ? comments.find(({ id }) => id === cause.commentId) : undefined,
    change: cause.kind === 'issue-change' ? issue.changes?.find(({ id }) => id === cause.revision) : undefined,
    digest: digestOf(coding),
    hasNewerChange: hasNewerChange(coding, comments, agent),
  });
}

/** What was let pass goes on with the plan that its run carried out, as long as the ticket says what it said then. */
async function carryOn(
  coding: CodingRun,
  { run }: Allowance,
): Promise<Extract<CodingStep, { kind: 'code' }> | undefined> {
  const { deps } = coding;
  const decision = readDecision(await deps.listRunEvents(run));
  if (decision?.kind !== 'code' || decision.planRun === undefined) return { kind: 'code' };
  const plan = findStoredPlan(await deps.listRunEvents(decision.planRun));
  return plan?.digest === digestOf(coding) ? decision : undefined;
}

/**
 * A ticket that was changed between two attempts was not approved as it is, unless the work on the old one can be seen
 * already.
 */
async function goOn(coding: CodingRun, begun: CodingStep): Promise<CodingStep> {
  const { context, deps } = coding;
  if (begun.kind !== 'code' || begun.planRun === undefined) return begun;
  if ((await context.listPushed()).size > 0) return begun;
  const plan = findStoredPlan(await deps.listRunEvents(begun.planRun));
  if (plan?.digest === digestOf(coding)) return begun;
  return { kind: 'plan', mode: 'ask', replaces: begun.planRun, isTicketChanged: true };
}

/** What a plan is made for, in one word to compare it by: what the text of a ticket asks for, and where. */
export function digestOf({
  issue: { summary, description },
  criteria,
  project: { projectId },
  binding: { targetBranch },
}: Pick<CodingRun, 'issue' | 'criteria' | 'project' | 'binding'>): string {
  const texts = criteria.listed.map(({ text }) => text);
  return sha256(JSON.stringify([summary, description, texts, projectId, targetBranch]));
}

/** Keeps what the run begins with, for its next attempt and for people who ask who has approved what. */
export async function recordStep({ task, context }: CodingRun, step: CodingStep): Promise<void> {
  if (step.kind === 'plan') {
    const { mode, replaces, isTicketChanged } = step;
    await context.stage('planning', {
      mode,
      ...(replaces === undefined ? {} : { replaces }),
      ...(isTicketChanged ? { ticketChanged: true } : {}),
    });
  }
  if (step.kind === 'code' && step.planRun !== undefined) {
    const fields = step.approval ?? describeApproval(task);
    await context.stage('plan-approved', { ...fields, plan: step.planRun });
  }
}

function describeApproval(task: CodingRun['task']): Record<string, string> {
  const cause = causeOf(task);
  const by = cause.kind === 'issue-comment' ? { comment: cause.commentId } : { change: requestIn(cause) };
  const { requestedBy } = task;
  return { ...by, ...(requestedBy ? { by: requestedBy.name, account: requestedBy.id } : {}) };
}

function requestIn(cause: ReturnType<typeof causeOf>): string {
  return cause.kind === 'issue-change' ? cause.revision : cause.kind;
}

/** What an earlier attempt of the run has begun with; `undefined` where it recorded nothing of a plan. */
function readDecision(events: readonly RunEvent[]): CodingStep | undefined {
  const { name, fields = {} } =
    events.findLast((event) => event.name === 'planning' || event.name === 'plan-approved') ?? {};
  if (name === 'plan-approved') {
    const approval = Object.entries(fields).flatMap(([key, value]) => (key === 'plan' ? [] : [[key, String(value)]]));
    const how = approval.length === 0 ? {} : { approval: Object.fromEntries(approval) };
    return { kind: 'code', planRun: String(fields['plan']), ...how };
  }
  if (name !== 'planning') return undefined;
  return {
    kind: 'plan',
    mode: fields['mode'] === 'show' ? 'show' : 'ask',
    ...(typeof fields['replaces'] === 'string' ? { replaces: fields['replaces'] } : {}),
    ...(fields['ticketChanged'] === true ? { isTicketChanged: true } : {}),
  };
}

async function findWaiting(
  { others, deps }: CodingRun,
  comments: readonly IssueComment[],
  { self }: Addressee,
): Promise<WaitingPlan | undefined> {
  const run = findWaitingPlan(others);
  if (!run) return undefined;
  const plan = findStoredPlan(await deps.listRunEvents(run.runId));
  return { runId: run.runId, postedAt: findPostedAt(run, comments, self), ...(plan ? { digest: plan.digest } : {}) };
}

/**
 * When Jira has the plan from, by its own clock, which is the one of the comments that answer it. Where our comment is
 * gone, the end of the run stands for it.
 */
export function findPostedAt(run: Run, comments: readonly IssueComment[], self: Addressee['self']): number {
  const reports = comments.filter((comment) => {
    const footer = isOwnComment(comment, self) ? parseFooter(comment.body) : undefined;
    return footer?.purpose === 'report' && footer.runId === run.runId;
  });
  return reports.length === 0 ? run.updatedAt : Math.max(...reports.map(({ updatedAt }) => updatedAt));
}

/** Whether a run waits that a later comment has asked for, which says more than to go ahead. */
function hasNewerChange({ context, others }: CodingRun, comments: readonly IssueComment[], agent: Addressee): boolean {
  const { createdAt } = context.run;
  return others.some((other) => {
    if (other.task.kind !== 'coding' || isFinal(other.state) || other.createdAt <= createdAt) return false;
    const cause = causeOf(other.task);
    const comment = cause.kind === 'issue-comment' && comments.find(({ id }) => id === cause.commentId);
    return comment && !isGoAhead(comment.body, agent);
  });
}
