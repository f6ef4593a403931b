import { ANONYMOUS } from '../accounts/anonymous.ts';
import type { Trigger } from '../mapping/binding.ts';
import type { Issue, JiraUser } from '../ports/jira.ts';
import { findRequest } from './find-request.ts';
import { mayStartByChange } from './may-ask.ts';

/** What finding the asker needs to know of an issue. */
export type AskedIssue = Pick<
  Issue,
  'revision' | 'movedBy' | 'changes' | 'hasOlderChanges' | 'reporter' | 'createdAnonymously'
>;

/**
 * Who brought the issue into its trigger, whatever was changed of it since; `undefined` when Jira does not say.
 *
 * An issue that no change brought there was created there by its reporter, or by a visitor without an account. Where
 * its status was renamed since, no change has the present name, and the newest one counts. Where Jira gives only the
 * newest changes it cannot be known; then the ticket of a customer or a visitor counts as put there by them, because
 * neither must start work.
 */
export function findAsker(issue: AskedIssue, trigger: Trigger): JiraUser | undefined {
  const { changes, hasOlderChanges } = issue;
  const creator = issue.createdAnonymously ? ANONYMOUS : issue.reporter;
  const request = findRequest(issue, trigger);
  if (request.by || (changes && request.revision !== '0')) return request.by;

  const last = trigger.kind === 'label' ? undefined : changes?.find(({ field }) => field === trigger.kind);
  if (last) return last.by;

  // `0` stands for the whole changelog, of which labels are no part.
  const isNeverMoved = issue.revision === '0' && trigger.kind !== 'label';
  if (isNeverMoved || (changes && !hasOlderChanges)) return creator;
  return mayStartByChange(creator?.accountType) ? undefined : creator;
}
