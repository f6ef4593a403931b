import { MINUTE } from '../../kernel/clock.ts';
import type { JiraBinding } from '../mapping/binding.ts';
import { isFinal, type Run } from '../runs/run.ts';
import type { CodingTask } from '../runs/task.ts';
import { causeOf } from '../runs/task-cause.ts';
import { type Addressee, addresses } from './addresses.ts';
import { findWaitingPlan } from './find-waiting-plan.ts';
import { isGoAhead } from './go-ahead.ts';
import { issueScope, isTriggered, type PlannedIssue, placeOf } from './plan-coding.ts';
import { awaitsAnswers } from './plan-stopped-issue.ts';
import { readAllow } from './read-allow.ts';
import { skip } from './skip.ts';
import { toRequester } from './to-requester.ts';

/** Why a comment on an issue starts no rework. Dashboards count these words: add freely, rename never. */
export type ReworkSkipReason =
  | 'unbound-project'
  | 'own-comment'
  | 'report-comment'
  | 'anonymous-comment'
  | 'restricted-comment'
  | 'other-bot'
  | 'not-addressed'
  | 'issue-done'
  | 'no-earlier-run'
  | 'run-waiting';

export type ReworkPlan = { action: 'enqueue'; task: CodingTask } | { action: 'skip'; reason: ReworkSkipReason };

export interface ReworkComment {
  id: string;
  author: { accountId: string; displayName: string; accountType?: string };
  /** Markdown. */
  body: string;
  /** Account ids it mentions. */
  mentions?: readonly string[];
  createdAt: number;
  /** Not everyone who sees the issue may read it, so it reaches no prompt. */
  restricted?: boolean;
}

type EarlierRun = Pick<Run, 'state' | 'task' | 'attempt' | 'interruptions'> &
  Partial<Pick<Run, 'result' | 'createdAt' | 'updatedAt'>>;

export interface ReworkContext extends Addressee {
  /** The comment ends like one of ours. */
  isReport: boolean;
  /** The issue's runs so far, newest first. */
  runs: readonly EarlierRun[];
  /** The issue has had a run that the ledger names and cannot read. */
  hasUnreadableRun?: boolean;
  traceparent?: string;
}

/** Jira's clock may differ from ours. */
const CLOCKS_DIFFER_MS = MINUTE;

/**
 * Decides whether a comment asks for rework: a person names the agent on an issue it has worked on, answers its
 * question where the binding awaits answers, or says something about a plan that waits.
 *
 * One task per comment, independent of other changes of the issue. A run that has not begun yet reads all comments when
 * it begins, so the comment needs none of its own then, unless that run could end at once because the issue has left
 * its trigger. A run that has begun may have pushed already, and then its next attempt asks no agent. While a plan
 * waits, only what approves it is left to a run that waits.
 */
export function planRework(
  comment: ReworkComment,
  issue: PlannedIssue & { status: { category?: string }; reporter?: { accountId: string } },
  binding: JiraBinding | undefined,
  context: ReworkContext,
): ReworkPlan {
  if (!binding) return skip('unbound-project');
  if (comment.author.accountId === context.self.accountId) return skip('own-comment');
  const isMentioned = comment.mentions?.includes(context.self.accountId) ?? false;
  const runs = context.runs.filter(({ task }) => task.kind === 'coding');
  const plan = findWaitingPlan(runs);
  const isAnswer =
    (awaitsAnswers(binding) && hasQuestion(runs[0]) && answers(comment, issue, runs[0])) ||
    // Once it has been answered, thanks are no change.
    (plan !== undefined && runs.every(({ state }) => isFinal(state)) && repliesTo(plan, comment, issue));
  if (!isMentioned && !isAnswer && !addresses(comment.body, context)) return skip('not-addressed');
  // Of another deployment, or copied whole by a person: the two look the same, and the first must not go on for ever.
  if (context.isReport) return skip('report-comment');
  if (comment.author.accountType === 'app') return skip('other-bot');
  if (comment.author.accountId === '') return skip('anonymous-comment');
  if (comment.restricted) return skip('restricted-comment');
  if (issue.status.category === 'done') return skip('issue-done');

  // Every run of an issue is a coding run, so one that cannot be read has worked on it all the same.
  if (runs.length === 0 && !context.hasUnreadableRun) return skip('no-earlier-run');
  const id = reworkTaskId(issue.key, comment.id);

  // What is to be different in a plan must reach the run that would carry it out otherwise.
  const changesPlan = plan !== undefined && !isGoAhead(comment.body, context);
  // What lets files pass does so in its own run.
  const isAllow = readAllow(comment.body, context) !== undefined;
  const waiting = changesPlan || isAllow ? [] : runs.filter((run) => isWaiting(run) && run.task.id !== id);
  if (waiting.some(({ task }) => isReworkTask(task) || isTriggered(issue, binding.trigger))) return skip('run-waiting');

  return {
    action: 'enqueue',
    task: {
      version: 1,
      kind: 'coding',
      id,
      scope: issueScope(issue.key),
      ...placeOf(binding),
      issueKey: issue.key,
      cause: { kind: 'issue-comment', commentId: comment.id },
      requestedBy: toRequester(comment.author),
      ...(context.traceparent ? { traceparent: context.traceparent } : {}),
    },
  };
}

function hasQuestion(run: EarlierRun | undefined): run is EarlierRun {
  return run?.state === 'done' && run.result?.what === 'question';
}

/** Whether the person who asked, or the reporter, writes after a run ended with a question or a plan. */
function answers(
  { author, createdAt }: Pick<ReworkComment, 'author' | 'createdAt'>,
  { reporter }: { reporter?: { accountId: string } },
  { task: { requestedBy }, updatedAt = 0 }: EarlierRun,
): boolean {
  const asked = requestedBy?.service === 'jira' ? requestedBy.id : undefined;
  const mayAnswer = author.accountId !== '' && [asked, reporter?.accountId].includes(author.accountId);
  return mayAnswer && createdAt > updatedAt - CLOCKS_DIFFER_MS;
}

/** What was said before the run of a plan was there has been read by it. */
function repliesTo(
  plan: EarlierRun,
  comment: Pick<ReworkComment, 'author' | 'createdAt'>,
  issue: { reporter?: { accountId: string } },
): boolean {
  return comment.createdAt > (plan.createdAt ?? 0) && answers(comment, issue, plan);
}

function isWaiting({ state, attempt, interruptions = 0 }: EarlierRun): boolean {
  return !isFinal(state) && state !== 'running' && attempt === 0 && interruptions === 0;
}

/** Whether a comment or a note asked for this task: such a run begins wherever the issue stands. */
export function isReworkTask(task: Pick<CodingTask, 'id' | 'cause'>): boolean {
  const { kind } = causeOf(task);
  return kind === 'issue-comment' || kind === 'allow-note';
}

function reworkTaskId(issueKey: string, commentId: string): string {
  return `coding~${issueKey}~c${commentId}`;
}
