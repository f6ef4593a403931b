import { sameName } from '../../kernel/text/same-name.ts';
import type { Binding } from '../mapping/binding.ts';
import type { Issue } from '../ports/jira.ts';

export type PlacedIssue = Pick<Issue, 'changes'> & { status: { name: string } };

/**
 * Whether an issue stands where the agent put it when it began. The binding may name a transition instead of a status,
 * which leads to a status of another name: there the last move counts, where it was ours and led to none of the
 * statuses in which the agent leaves an issue.
 */
export function standsInProgress(
  { status, changes = [] }: PlacedIssue,
  { inProgress, inReview, done, stopped, needsAnswer }: Binding['statuses'],
  selfAccountId: string | undefined,
): boolean {
  if (sameName(status.name, inProgress)) return true;
  const left = [inReview, done, stopped, needsAnswer].some((name) => name !== undefined && sameName(status.name, name));
  const lastMove = changes.find(({ field }) => field === 'status');
  return !left && selfAccountId !== undefined && lastMove?.by?.accountId === selfAccountId;
}
