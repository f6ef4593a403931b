import { sameName } from '../../kernel/text/same-name.ts';
import type { JiraBinding, Trigger } from '../mapping/binding.ts';
import type { CodingTask } from '../runs/task.ts';
import type { ChosenPlace } from './choose-route.ts';
import type { AskedIssue } from './find-asker.ts';
import { findRequest, type RequestedIssue } from './find-request.ts';
import { findForeignMarker } from './issue-marker.ts';
import { findRequester } from './to-requester.ts';

/** Why an issue event produced no coding task. Dashboards count these words: add freely, rename never. */
export type CodingSkipReason = 'unbound-project' | 'not-triggered' | 'blocked' | 'own-change' | 'claimed-elsewhere';

export type CodingPlan =
  | { action: 'enqueue'; task: CodingTask }
  | { action: 'skip'; reason: CodingSkipReason; waitsFor?: string[] };

/** What planning needs to know of a Jira issue. */
export interface PlannedIssue extends RequestedIssue {
  key: string;
  projectKey: string;
  status: { name: string };
  assignee?: { accountId: string };
  labels: string[];
  blockedBy: { key: string; done: boolean }[];
  /** The marker on the issue, unread. */
  marker?: unknown;
}

/** Who plans, and when; without it markers of other deployments are not looked at. */
export interface PlanningContext {
  agentId: string;
  now: number;
  /**
   * The account that the agent itself acts with; absent where it is not known, and then no change counts as its own.
   */
  selfAccountId?: string | undefined;
}

/**
 * Decides whether an issue starts a coding run.
 *
 * The task id is built from the change that brought the issue into its trigger, so that a poll and a webhook for the
 * same move plan the same task, and moving the ticket back later plans a new one. An issue on which another deployment
 * works is left to it until its marker expires.
 */
export function planCoding(
  issue: PlannedIssue & AskedIssue,
  binding: JiraBinding | undefined,
  traceparent?: string,
  context?: PlanningContext,
): CodingPlan {
  if (!binding) return { action: 'skip', reason: 'unbound-project' };
  if (!isTriggered(issue, binding.trigger)) return { action: 'skip', reason: 'not-triggered' };

  const waitsFor = issue.blockedBy.filter((blocker) => !blocker.done).map((blocker) => blocker.key);
  if (waitsFor.length > 0) return { action: 'skip', reason: 'blocked', waitsFor };

  // What is done in shadow is in the way of no other deployment, and waits for none.
  const marker = context && binding.mode === 'live' && findForeignMarker(issue.marker, context.agentId, context.now);
  if (marker) return { action: 'skip', reason: 'claimed-elsewhere', waitsFor: [marker.agentId] };

  const { revision, by } = findRequest(issue, binding.trigger);
  if (by && by.accountId === context?.selfAccountId && isSetByAgent(binding))
    return { action: 'skip', reason: 'own-change' };

  const requestedBy = findRequester(issue, binding.trigger);
  return {
    action: 'enqueue',
    task: {
      version: 1,
      kind: 'coding',
      id: `coding~${issue.key}~${revision}`,
      scope: issueScope(issue.key),
      ...placeOf(binding),
      issueKey: issue.key,
      cause: { kind: 'issue-change', revision },
      ...(requestedBy ? { requestedBy } : {}),
      ...(traceparent ? { traceparent } : {}),
    },
  };
}

/** The same task for another place of its Jira project. It keeps its id: one request is worked on once, wherever. */
export function sendTo(task: CodingTask, { binding, targetBranch }: ChosenPlace): CodingTask {
  const { image: _image, route: _route, targetBranch: _targetBranch, ...about } = task;
  return { ...about, ...placeOf(binding), ...(targetBranch === undefined ? {} : { targetBranch }) };
}

/** What a task says of the binding it goes by. */
export function placeOf({
  credentialRef,
  image,
  jiraProject,
  route,
}: JiraBinding): Pick<CodingTask, 'credentialRef' | 'image' | 'jiraProject' | 'route'> {
  return {
    credentialRef,
    ...(image === undefined ? {} : { image }),
    jiraProject,
    ...(route === undefined ? {} : { route: route.name }),
  };
}

/**
 * Whether the agent moves issues into their trigger by its own work. Only then a change by its account is no request: a
 * team may use one account for the agent and for a person.
 */
export function isSetByAgent({ trigger, statuses }: JiraBinding): boolean {
  if (trigger.kind !== 'status') return false;
  const own = [statuses.inProgress, statuses.inReview, statuses.done, statuses.stopped, statuses.needsAnswer];
  return own.some((status) => status !== undefined && sameName(status, trigger.status));
}

/** The scope of everything that works on one issue. */
export function issueScope(issueKey: string): string {
  return `issue~${issueKey}`;
}

/** Whether the issue is in the state that starts work. Status and label names are compared without regard to case. */
export function isTriggered(issue: Pick<PlannedIssue, 'status' | 'assignee' | 'labels'>, trigger: Trigger): boolean {
  switch (trigger.kind) {
    case 'status':
      return sameName(issue.status.name, trigger.status);
    case 'assignee':
      return issue.assignee?.accountId === trigger.accountId;
    case 'label':
      return issue.labels.some((label) => sameName(label, trigger.label));
  }
}
