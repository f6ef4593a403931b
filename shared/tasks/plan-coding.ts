import type { Binding, Trigger } from '../mapping/binding.ts';
import type { CodingTask } from './task.ts';

/** Why an issue event produced no coding task. Dashboards count these words: add freely, rename never. */
export type CodingSkipReason = 'unbound-project' | 'not-triggered' | 'blocked' | 'own-change';

export type CodingPlan =
  | { action: 'enqueue'; task: CodingTask }
  | { action: 'skip'; reason: CodingSkipReason; waitsFor?: string[] };

/** What planning needs to know of a Jira issue. */
export interface PlannedIssue {
  key: string;
  projectKey: string;
  status: { name: string };
  assignee?: { accountId: string };
  labels: string[];
  blockedBy: { key: string; done: boolean }[];
  revision: string;
}

/**
 * Decides whether an issue starts a coding run.
 *
 * The task id is built from the change that brought the issue into its trigger, so that a poll and a webhook for the same
 * move plan the same task, and moving the ticket back later plans a new one.
 */
export function planCoding(issue: PlannedIssue, binding: Binding | undefined, traceparent?: string): CodingPlan {
  if (!binding) return { action: 'skip', reason: 'unbound-project' };
  if (!isTriggered(issue, binding.trigger)) return { action: 'skip', reason: 'not-triggered' };

  const waitsFor = issue.blockedBy.filter((blocker) => !blocker.done).map((blocker) => blocker.key);
  if (waitsFor.length > 0) return { action: 'skip', reason: 'blocked', waitsFor };

  return {
    action: 'enqueue',
    task: {
      version: 1,
      kind: 'coding',
      id: `coding~${issue.key}~${issue.revision}`,
      scope: issueScope(issue.key),
      credentialRef: binding.credentialRef,
      jiraProject: binding.jiraProject,
      issueKey: issue.key,
      ...(traceparent ? { traceparent } : {}),
    },
  };
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

function sameName(a: string, b: string): boolean {
  return a.trim().toLocaleLowerCase('en') === b.trim().toLocaleLowerCase('en');
}
