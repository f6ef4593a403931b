import { cleanText } from '../../kernel/text/clean-text.ts';
import type { Trigger } from '../mapping/binding.ts';
import type { ApprovalRefusal } from '../runs/approval-refusal.ts';

export interface PlanReport {
  /** Markdown. */
  plan: string;
  trigger: Trigger;
  /** It takes the place of an earlier one. */
  isNew?: boolean;
  /** The text of the ticket was changed after the earlier one was made, which was approved. */
  isTicketChanged?: boolean;
}

/** The terminal comment of a run whose plan waits for a person. */
export function formatPlanReport({ plan, trigger, isNew = false, isTicketChanged = false }: PlanReport): string {
  const head = isNew
    ? '**The agent has made a new plan and waits.** It takes the place of the earlier one; nothing was changed yet.'
    : '**The agent has made a plan and waits.** Nothing was changed yet.';
  const why =
    'What this ticket says, or where it is worked on, was changed after the earlier plan was made, so that plan was not started. Read this one.';
  return [
    isTicketChanged ? `${head} ${why}` : head,
    cleanText(plan),
    `${formatApprove(trigger)} To change the plan, say in a comment what should be different: the person who asked and the reporter need no mention.`,
  ].join('\n\n');
}

/** How a person approves a plan. */
export function formatApprove(trigger: Trigger): string {
  return `To start it, write \`/copilot go\` in a comment of its own, or ${describeAsking(trigger)}.`;
}

function describeAsking(trigger: Trigger): string {
  switch (trigger.kind) {
    case 'status':
      return `move this ticket to "${trigger.status}"`;
    case 'assignee':
      return 'assign this ticket to the agent';
    case 'label':
      return `put the label "${trigger.label}" on`;
  }
}

/** The comment while a run goes on with the plan it has made. */
export function formatPlanUnderWay({ plan, branch }: { plan: string; branch: string }): string {
  return [
    '**The agent is working on this issue.** It carries out this plan:',
    cleanText(plan),
    `Branch: \`${branch}\``,
  ].join('\n\n');
}

/** The comment of a run that was to carry out a plan which no person has approved. */
export function formatApprovalRefused(reason: ApprovalRefusal): string {
  switch (reason) {
    case 'approval-edited':
      return '**The agent started nothing: an edited comment approves no plan.** Write `/copilot go` in a new comment.';
    case 'approval-of-older-plan':
      return '**The agent started nothing: that comment is older than the newest plan or its result.** Read what was written since. If a plan waits, write `/copilot go` in a new comment.';
    case 'approval-by-no-person':
      return '**The agent started nothing: only a person of this Jira site approves a plan**, in a comment that everyone who sees the ticket can read.';
  }
}
