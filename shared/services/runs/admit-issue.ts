import type { JiraBinding } from '../../domain/mapping/binding.ts';
import type { Jira } from '../../domain/ports/jira.ts';
import type { Outbox } from '../../domain/ports/outbox.ts';
import type { SkipLog } from '../../domain/ports/skip-log.ts';
import type { CodingTask, Task } from '../../domain/runs/task.ts';
import { type AskedIssue, findAsker } from '../../domain/tasks/find-asker.ts';
import { findRequest } from '../../domain/tasks/find-request.ts';
import { isSetByAgent, issueScope, type PlannedIssue, planCoding, sendTo } from '../../domain/tasks/plan-coding.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Admission, AdmitOptions } from './admit-task.ts';
import type { CheckAsker } from './create-asker-check.ts';
import { outboxForTickets } from './outbox-for-tickets.ts';
import { type RefusedAsk, refuseAsk } from './refuse-ask.ts';
import { type RouteIssue, reportUnrouted } from './route-issue.ts';

export interface AdmitIssueDeps {
  admit: (task: Task, options: AdmitOptions) => Promise<Admission>;
  skipLog: Pick<SkipLog, 'record'>;
  outbox: Pick<Outbox, 'enqueue'>;
  /** Who may start work by a change of the ticket. */
  checkAsker: CheckAsker;
  /** In which repository of its project an issue is worked on. */
  routeIssue: RouteIssue;
  agentId: string;
  /** The account the agent acts with; hand in one that remembers. */
  getMyself?: Jira['getMyself'];
  traceparent: () => string | undefined;
  clock: Pick<Clock, 'now'>;
}

/** What is known of the issue's project, as `MappingView` says it. */
export interface IssueContext extends Pick<AdmitOptions, 'reloadedAt' | 'hasEarlierRuns'> {
  binding: JiraBinding | undefined;
  /** All of the project, one for each of its routes; absent where it has no other than `binding`. */
  routed?: readonly JiraBinding[];
}

type AdmittedIssue = PlannedIssue & AskedIssue;

export type AdmitIssueResult = Admission | { kind: 'skipped'; reason: string };

/**
 * Admits what an issue asks for, or keeps why nothing happens. Poll and webhook share it, so that both do the same
 * about the same issue. What a ticket waits for, because it is blocked or fits no route, is said on it once;
 * `retractWaiting` takes that back.
 * @throws {TaskError} `storage-unavailable`, `storage-refused`; what `RouteIssue` throws
 */
export async function admitIssue(
  issue: AdmittedIssue,
  about: IssueContext,
  given: AdmitIssueDeps,
): Promise<AdmitIssueResult> {
  const { binding } = about;
  const deps = { ...given, outbox: outboxForTickets(binding, given.outbox) };
  const { agentId, clock, skipLog, outbox } = deps;
  // An account that cannot be read delays no work: a change of our own is then recognized by the trigger alone.
  const isOwnPossible = binding && isSetByAgent(binding);
  const self = isOwnPossible ? await deps.getMyself?.().catch(() => undefined) : undefined;
  const context = { agentId, now: clock.now(), selfAccountId: self?.accountId };
  const plan = planCoding(issue, binding, deps.traceparent(), context);
  if (plan.action === 'enqueue') return admitPlanned(plan.task, issue, about, deps);

  await skipLog.record(issueScope(issue.key), plan.reason, plan.waitsFor?.join(', '));
  if (plan.reason === 'blocked' && binding) {
    const waitsFor = [...(plan.waitsFor ?? [])].sort();
    await outbox.enqueue({ kind: 'waiting', issueKey: issue.key, jiraProject: binding.jiraProject, waitsFor });
  }
  return { kind: 'skipped', reason: plan.reason };
}

/** What is planned still needs a person who may ask for it, and one repository. */
async function admitPlanned(
  task: CodingTask,
  issue: AdmittedIssue,
  { binding, routed, reloadedAt, hasEarlierRuns }: IssueContext,
  deps: AdmitIssueDeps,
): Promise<AdmitIssueResult> {
  const refused = binding && (await findRefusedAsk(issue, binding, deps));
  if (refused) {
    await refuseAsk(refused, deps);
    return { kind: 'skipped', reason: refused.reason };
  }
  const options = { reloadedAt, hasEarlierRuns };
  const choice = await deps.routeIssue(task, routed ?? (binding ? [binding] : []), options);
  if ('binding' in choice) return deps.admit(sendTo(task, choice), options);
  await reportUnrouted({ issueKey: issue.key, jiraProject: task.jiraProject, choice, by: 'change' }, deps);
  return { kind: 'skipped', reason: choice.problem };
}

async function findRefusedAsk(
  issue: AdmittedIssue,
  binding: JiraBinding,
  { checkAsker }: AdmitIssueDeps,
): Promise<RefusedAsk | undefined> {
  const { revision } = findRequest(issue, binding.trigger);
  const asker = findAsker(issue, binding.trigger);
  const reason = await checkAsker({ by: 'change', asker, binding });
  return reason && { issueKey: issue.key, reason, item: `change ${revision}`, asker };
}
