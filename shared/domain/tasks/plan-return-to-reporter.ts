import type { Binding } from '../mapping/binding.ts';
import type { IssueChange, JiraUser } from '../ports/jira.ts';
import { findRequest, type RequestedIssue } from './find-request.ts';

/** An issue that leaves the agent, as far as its next assignee depends on it. */
export interface ReturnedIssue extends RequestedIssue {
  assignee?: { accountId: string };
  reporter?: JiraUser;
}

/**
 * Who gets a ticket when the agent has ended: after good work the binding's reviewer, or the person who asked; after a
 * failure or a question the person who asked. Never the agent itself, and never an app. With an assignee trigger the
 * ticket must leave the agent, or assigning it again would be no new request: then the reporter gets it, or no one
 * (`null`). `undefined` leaves the assignee as it is. It does so where a person has given the ticket to another one
 * since the agent began, and after a failure or a question also where a person has moved it since: `issue` is as Jira
 * shows it now.
 */
export function planReturnToReporter(
  issue: ReturnedIssue,
  binding: Pick<Binding, 'trigger' | 'reviewer'>,
  { ended, self }: { ended: 'in-review' | 'stopped'; self: Pick<JiraUser, 'accountId'> },
): string | null | undefined {
  const { trigger, reviewer } = binding;
  const agents = new Set([self.accountId, ...(trigger.kind === 'assignee' ? [trigger.accountId] : [])]);
  const asker = findRequest(issue, trigger).by;
  const reviewers: Pick<JiraUser, 'accountId' | 'accountType'>[] =
    reviewer === undefined ? [] : [{ accountId: reviewer }];
  const askers = asker ? [asker] : [];
  const isWithAgent = issue.assignee !== undefined && agents.has(issue.assignee.accountId);
  const since = listChangesSince(issue, self);
  const wasMoved = ended === 'stopped' && since.some((change) => change.field === 'status' && isByPerson(change, self));
  if (!isWithAgent && (wasMoved || wasReassigned(issue, since, self))) return undefined;
  const candidates = [
    ...(ended === 'in-review' ? [...reviewers, ...askers] : [...askers, ...reviewers]),
    ...(isWithAgent && issue.reporter ? [issue.reporter] : []),
  ];
  const chosen = candidates.find(({ accountId, accountType }) => !agents.has(accountId) && accountType !== 'app');
  if (chosen) return chosen.accountId === issue.assignee?.accountId ? undefined : chosen.accountId;
  return isWithAgent && trigger.kind === 'assignee' ? null : undefined;
}

/** By the changelog, which has its own order: after the newest move of the agent, which began the work. */
function listChangesSince({ changes = [] }: ReturnedIssue, self: Pick<JiraUser, 'accountId'>): IssueChange[] {
  const began = changes.findIndex(({ field, by }) => field === 'status' && by?.accountId === self.accountId);
  return changes.slice(0, Math.max(began, 0));
}

function wasReassigned(
  { assignee }: ReturnedIssue,
  since: readonly IssueChange[],
  self: Pick<JiraUser, 'accountId'>,
): boolean {
  const newest = since.find(({ field }) => field === 'assignee');
  return newest !== undefined && isByPerson(newest, self) && assignee?.accountId === newest.toId;
}

/** A rule of an automation decides nothing. */
function isByPerson({ by }: IssueChange, self: Pick<JiraUser, 'accountId'>): boolean {
  return by !== undefined && by.accountId !== self.accountId && by.accountType !== 'app';
}
