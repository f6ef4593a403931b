import type { JiraBinding } from '../../../shared/domain/mapping/binding.ts';
import type { Issue, IssueComment, Jira } from '../../../shared/domain/ports/jira.ts';
import type { Outbox } from '../../../shared/domain/ports/outbox.ts';
import type { RunLedger } from '../../../shared/domain/ports/run-ledger.ts';
import type { SkipLog } from '../../../shared/domain/ports/skip-log.ts';
import type { AskRefusal } from '../../../shared/domain/runs/ask-refusal.ts';
import type { RouteProblem } from '../../../shared/domain/runs/route-problem.ts';
import type { Task } from '../../../shared/domain/runs/task.ts';
import { isAskedTooOften } from '../../../shared/domain/tasks/may-ask.ts';
import { issueScope, isTriggered, sendTo } from '../../../shared/domain/tasks/plan-coding.ts';
import { planRating, type RatingPlan, type RatingSkipReason } from '../../../shared/domain/tasks/plan-rating.ts';
import { planRework, type ReworkSkipReason } from '../../../shared/domain/tasks/plan-rework.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { type EarlierRuns, listEarlierRuns } from '../../../shared/services/ledger/list-earlier-runs.ts';
import { parseFooter } from '../../../shared/services/notifications/report-footer.ts';
import type { Admission } from '../../../shared/services/runs/admit-task.ts';
import type { CheckAsker } from '../../../shared/services/runs/create-asker-check.ts';
import { outboxForTickets } from '../../../shared/services/runs/outbox-for-tickets.ts';
import { refuseAsk } from '../../../shared/services/runs/refuse-ask.ts';
import { type RouteIssue, reportUnrouted } from '../../../shared/services/runs/route-issue.ts';
import { recordRating } from './record-rating.ts';

export interface AdmitCommentDeps {
  getMyself: Jira['getMyself'];
  admit: (task: Task) => Promise<Admission>;
  ledger: Pick<RunLedger, 'listRecent' | 'listEvents' | 'append'>;
  skipLog: Pick<SkipLog, 'record'>;
  outbox: Pick<Outbox, 'enqueue'>;
  /** Who may start work by a comment. */
  checkAsker: CheckAsker;
  /** In which repository of its project an issue is worked on. */
  routeIssue: RouteIssue;
  /** What addresses the agent in a comment besides a mention of its account: `/copilot`, `@cmap`. */
  mentionWords: readonly string[];
  traceparent: () => string | undefined;
  clock: Pick<Clock, 'now'>;
}

export type AdmitCommentResult =
  | { runId: string; duplicate: boolean }
  | { skipped: ReworkSkipReason | RatingSkipReason | 'rated' | AskRefusal | RouteProblem };

export interface CommentedIssue {
  issue: Issue;
  binding: JiraBinding | undefined;
  /** All of the project, one for each of its routes; absent where it has no other than `binding`. */
  routed?: readonly JiraBinding[];
}

/** Earlier runs of an issue that are looked at; only the newest can be waiting. */
export const RECENT_RUNS = 10;

/** The agent was addressed and nothing follows at once: `explain` shows why. */
const SKIPS_TO_RECORD: ReadonlySet<ReworkSkipReason | RatingSkipReason> = new Set([
  'report-comment',
  'other-bot',
  'anonymous-comment',
  'restricted-comment',
  'issue-done',
  'no-earlier-run',
  'run-waiting',
  'rating-edited',
  'nothing-to-rate',
]);

/** Admits the rework a comment asks for. Webhook and poll share it, so that both may see the same comment. */
export async function admitComment(
  comment: IssueComment,
  { issue, binding, routed }: CommentedIssue,
  given: AdmitCommentDeps,
): Promise<AdmitCommentResult> {
  const deps = { ...given, outbox: outboxForTickets(binding, given.outbox) };
  const [self, { runs, unreadable }] = await Promise.all([
    deps.getMyself(),
    listEarlierRuns(issueScope(issue.key), RECENT_RUNS, deps.ledger),
  ]);
  const rating = binding && planRating(comment, binding, { self, words: deps.mentionWords, runs });
  if (binding && rating) return takeRating(rating, comment, { issue, binding }, deps);
  const traceparent = deps.traceparent();
  const plan = planRework(comment, issue, binding, {
    self,
    words: deps.mentionWords,
    isReport: parseFooter(comment.body) !== undefined,
    runs,
    hasUnreadableRun: unreadable.length > 0,
    ...(traceparent ? { traceparent } : {}),
  });
  if (plan.action === 'skip') {
    const { reason } = plan;
    const item = `comment ${comment.id}`;
    if (SKIPS_TO_RECORD.has(reason)) await deps.skipLog.record(issueScope(issue.key), reason, item, item);
    return { skipped: reason };
  }
  const refusal = binding && (await findRefusal(comment, { binding, runs, unreadable, taskId: plan.task.id }, deps));
  if (refusal) {
    const about = { issueKey: issue.key, item: `comment ${comment.id}`, asker: comment.author };
    await refuseAsk({ ...about, reason: refusal }, deps);
    return { skipped: refusal };
  }
  const choice = await deps.routeIssue(plan.task, routed ?? (binding ? [binding] : []));
  if ('problem' in choice) {
    // One that stands in its trigger begins by itself, without this comment too.
    const by = binding && isTriggered(issue, binding.trigger) ? 'change' : 'comment';
    await reportUnrouted({ issueKey: issue.key, jiraProject: plan.task.jiraProject, choice, by }, deps);
    return { skipped: choice.problem };
  }
  // Without a generation: a comment is answered once, however often the map is reloaded.
  const { kind, runId } = await deps.admit(sendTo(plan.task, choice));
  return { runId, duplicate: kind === 'duplicate' };
}

/** The word of a person who may ask for work is kept with the run, and the ticket says so; it starts nothing. */
async function takeRating(
  plan: RatingPlan,
  comment: IssueComment,
  { issue, binding }: { issue: Issue; binding: JiraBinding },
  deps: AdmitCommentDeps,
): Promise<AdmitCommentResult> {
  const item = `comment ${comment.id}`;
  if (plan.action === 'skip') {
    const { reason } = plan;
    if (SKIPS_TO_RECORD.has(reason)) await deps.skipLog.record(issueScope(issue.key), reason, item, item);
    return { skipped: reason };
  }
  const refusal = await deps.checkAsker({ by: 'comment', asker: comment.author, binding });
  if (refusal) {
    const refused = { issueKey: issue.key, item, asker: comment.author, reason: refusal, about: 'rating' as const };
    await refuseAsk(refused, deps);
    return { skipped: refusal };
  }
  await recordRating(plan, comment, deps);
  await deps.outbox.enqueue({ kind: 'rated', issueKey: issue.key, runId: plan.runId, comment: comment.id });
  return { skipped: 'rated' };
}

interface AskContext extends EarlierRuns {
  binding: JiraBinding;
  taskId: string;
}

async function findRefusal(
  { author }: IssueComment,
  { binding, runs, unreadable, taskId }: AskContext,
  { checkAsker, clock }: AdmitCommentDeps,
): Promise<AskRefusal | undefined> {
  const refusal = await checkAsker({ by: 'comment', asker: author, binding });
  if (refusal) return refusal;
  return isAskedTooOften(runs, { taskId, now: clock.now(), unreadable }) ? 'asked-too-often' : undefined;
}
