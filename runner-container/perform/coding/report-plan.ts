import {
  formatApprovalRefused,
  formatPlanReport,
  formatPlanUnderWay,
} from '../../../shared/domain/messages/format-plan-report.ts';
import { formatLeftInOtherProject } from '../../../shared/domain/messages/format-ticket-note.ts';
import type { Mention } from '../../../shared/domain/ports/jira.ts';
import type { ApprovalRefusal } from '../../../shared/domain/runs/approval-refusal.ts';
import type { Outcome, Usage } from '../../../shared/domain/runs/outcome.ts';
import type { StoredPlan } from '../../../shared/domain/runs/plan-event.ts';
import type { CodingStep } from '../../../shared/domain/tasks/choose-coding-step.ts';
import { PLAN_RESULT } from '../../../shared/domain/tasks/find-waiting-plan.ts';
import { findAsker, reportOnIssue } from '../../../shared/services/notifications/report-on-issue.ts';
import type { ActiveCoding, CodingRun } from './coding-run.ts';
import { handBack, readNow } from './hand-back.ts';

interface MadePlan {
  plan: StoredPlan;
  usage: Usage;
  step: Extract<CodingStep, { kind: 'plan' }>;
}

/**
 * The run ends and waits for people: the plan stands on the ticket, which goes back to the person who asked. The ticket
 * moves last: an attempt that is ended before finds it in work, and says the same again.
 */
export async function reportPlan(
  coding: CodingRun,
  { plan, usage, step }: MadePlan,
  signal: AbortSignal,
): Promise<Outcome> {
  const { issue, binding, context } = coding;
  const now = await readNow(coding, signal);
  const { replaces, isTicketChanged = false } = step;
  const text = formatPlanReport({
    plan: plan.text,
    trigger: binding.trigger,
    isNew: replaces !== undefined,
    isTicketChanged,
  });
  const markdown = now.key === issue.key ? text : `${text}\n\n${formatLeftInOtherProject(now.key)}`;
  await write(coding, markdown, signal, findAsker(coding.task));
  await handBack(coding, { now, hasQuestion: true }, signal);
  await context.stage('reported');
  const summary = plan.text.split('\n\n')[0] ?? '';
  return { kind: 'done', result: { what: PLAN_RESULT, summary, plan: plan.text, usage } };
}

/** The run shows its plan and goes on. */
export async function reportPlanUnderWay(coding: CodingRun, { text }: StoredPlan, signal: AbortSignal): Promise<void> {
  await write(coding, formatPlanUnderWay({ plan: text, branch: coding.branch }), signal);
}

/** A comment that was to approve a plan approves none: the ticket says why, and nothing is started. */
export async function reportApprovalRefused(
  coding: CodingRun,
  reason: ApprovalRefusal,
  signal: AbortSignal,
): Promise<Outcome> {
  await write(coding, formatApprovalRefused(reason), signal, findAsker(coding.task));
  return { kind: 'superseded', reason };
}

async function write(
  { task, context, deps }: ActiveCoding,
  markdown: string,
  signal: AbortSignal,
  mention?: Mention,
): Promise<void> {
  const { jira, settings } = deps;
  const report = { issueKey: task.issueKey, runId: context.run.runId, markdown, mention };
  await reportOnIssue(report, { jira, agentId: settings.agentId }, signal);
}
