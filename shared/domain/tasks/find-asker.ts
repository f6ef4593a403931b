import type { Trigger } from '../mapping/binding.ts';
import type { Issue, JiraUser } from '../ports/jira.ts';
import { findRequest } from './find-request.ts';

/** What finding the asker needs to know of an issue. */
export type AskedIssue = Pick<Issue, 'revision' | 'movedBy' | 'changes' | 'hasOlderChanges' | 'reporter'>;

/**
 * Who brought the issue into its trigger, whatever was changed of it since; `undefined` when Jira does not say.
 *
 * An issue that no change brought there was created there by its reporter. Where its status was renamed since, no
 * change has the present name, and the newest one counts. Where Jira gives only the newest changes it cannot be known;
 * then the ticket of a customer counts as put there by the customer, because a customer must not start work.
 */
export function findAsker(issue: AskedIssue, trigger: Trigger): JiraUser | undefined {
  const { changes, hasOlderChanges, reporter } = issue;
  const request = findRequest(issue, trigger);
  if (request.by || (changes && request.revision !== '0')) return request.by;

  const last = trigger.kind === 'label' ? undefined : changes?.find(({ field }) => field === trigger.kind);
  if (last) return last.by;

  // `0` stands for the whole changelog, of which labels are no part.
  const isNeverMoved = issue.revision === '0' && trigger.kind !== 'label';
  if (isNeverMoved || (changes && !hasOlderChanges)) return reporter;
  return reporter?.accountType === 'customer' ? reporter : undefined;
}
