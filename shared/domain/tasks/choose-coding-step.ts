import type { PlanMode } from '../mapping/binding.ts';
import type { IssueChange, IssueComment } from '../ports/jira.ts';
import type { ApprovalRefusal } from '../runs/approval-refusal.ts';
import type { Run } from '../runs/run.ts';
import type { TaskCause } from '../runs/task-cause.ts';
import type { Addressee } from './addresses.ts';
import { findNewestDone, PLAN_RESULT } from './find-waiting-plan.ts';
import { isGoAhead } from './go-ahead.ts';

/** What a coding run does. */
export type CodingStep =
  /**
   * `planRun`: the run whose plan a person has approved; `approval` how, where that was recorded before: fields of the
   * stage `plan-approved`.
   */
  | { kind: 'code'; planRun?: string; approval?: Readonly<Record<string, string>> }
  /** A plan, after which the run waits (`ask`) or goes on (`show`); it replaces that of the run `replaces`. */
  | { kind: 'plan'; mode: 'ask' | 'show'; replaces?: string; isTicketChanged?: true }
  | { kind: 'refused'; reason: ApprovalRefusal }
  /** What is to be different in the plan is the request of a newer run. */
  | { kind: 'superseded' };

/** A plan that waits, as it stands on the ticket. */
export interface WaitingPlan {
  runId: string;
  /** When it was written there, by the clock of Jira. */
  postedAt: number;
  /** Of the text of the ticket it was made for; absent where that is not known. */
  digest?: string;
}

export interface StepQuestion {
  mode: PlanMode;
  cause: TaskCause;
  /** The other runs of the issue, newest first. */
  others: readonly Run[];
  waiting: WaitingPlan | undefined;
  /** The comment that caused the run, where one did and it is still there. */
  comment: IssueComment | undefined;
  /** The change of the ticket that caused it, where one did and Jira shows it. */
  change: IssueChange | undefined;
  /** Of the text of the ticket now. */
  digest: string;
  agent: Addressee;
  /** A newer run waits, of a comment that says what is to be different. */
  hasNewerChange: boolean;
}

/**
 * Decides what a run begins with: a plan, or the work itself. Only a person approves a plan, by a comment of nothing
 * else or by asking for the work again, after the plan was written on the ticket and while the ticket says what it said
 * then; who may ask was decided when the run was admitted. No other text of the ticket counts. What a waiting plan is
 * answered with besides leads to another plan, also where the map asks for none any more.
 */
export function chooseCodingStep(question: StepQuestion): CodingStep {
  const { mode, cause, waiting, others, comment, agent } = question;
  if (waiting) return answerPlan(question, waiting);
  if (comment && isGoAhead(comment.body, agent) && isForOlderPlan(comment, others))
    return { kind: 'refused', reason: 'approval-of-older-plan' };
  if (mode === 'off') return { kind: 'code' };
  // Rework of what came of a plan, or of work before plans were asked for.
  if (cause.kind === 'issue-comment' && isRework(others)) return { kind: 'code' };
  return { kind: 'plan', mode };
}

/** What ended with a question or changed nothing in between leaves the merge request as it is. */
function isRework(others: readonly Run[]): boolean {
  const isOfChange = ({ result }: Run) => result?.what === 'merge-request' || result?.what === PLAN_RESULT;
  return findNewestDone(others.filter(isOfChange))?.result?.what === 'merge-request';
}

function answerPlan(question: StepQuestion, waiting: WaitingPlan): CodingStep {
  const { mode, digest, comment, change, agent, hasNewerChange } = question;
  if (hasNewerChange) return { kind: 'superseded' };
  const isCommentApproval = comment !== undefined && isGoAhead(comment.body, agent);
  const refusal = isCommentApproval ? findRefusal(comment, waiting, agent) : undefined;
  if (refusal) return { kind: 'refused', reason: refusal };
  const isApproved = isCommentApproval || (change !== undefined && approves(change, waiting, agent));
  const again = { kind: 'plan', mode: mode === 'show' ? 'show' : 'ask', replaces: waiting.runId } as const;
  if (!isApproved) return again;
  return digest === waiting.digest ? { kind: 'code', planRun: waiting.runId } : { ...again, isTicketChanged: true };
}

/** An edited comment may say now what another person wrote into it. */
function findRefusal(
  { author, restricted, createdAt, updatedAt }: IssueComment,
  { postedAt }: WaitingPlan,
  { self }: Addressee,
): ApprovalRefusal | undefined {
  if (author.accountType !== 'atlassian' || author.accountId === self.accountId || restricted)
    return 'approval-by-no-person';
  if (updatedAt !== createdAt) return 'approval-edited';
  return createdAt > postedAt ? undefined : 'approval-of-older-plan';
}

/** A rule of an automation asks for work again, and has read no plan. */
function approves({ by, at }: IssueChange, { postedAt }: WaitingPlan, { self }: Addressee): boolean {
  return by?.accountType === 'atlassian' && by.accountId !== self.accountId && at !== undefined && at > postedAt;
}

/** Whether it was said before the run ended that has carried the plan out or taken its place. */
function isForOlderPlan({ createdAt }: IssueComment, others: readonly Run[]): boolean {
  const newest = findNewestDone(others);
  const hadPlan = others.some(({ state, result }) => state === 'done' && result?.what === PLAN_RESULT);
  return hadPlan && newest !== undefined && createdAt <= newest.updatedAt;
}
