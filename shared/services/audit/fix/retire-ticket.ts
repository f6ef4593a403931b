import { formatDuplicate } from '../../../domain/audit/fix/format-fix-note.ts';
import { DUPLICATE_LABEL } from '../../../domain/audit/report/change-label.ts';
import type { Jira } from '../../../domain/ports/jira.ts';
import { TaskError } from '../../../kernel/errors.ts';

type RetiringJira = Pick<
  Jira,
  'findIssue' | 'relabel' | 'addComment' | 'listStatuses' | 'listTransitions' | 'transition'
>;

/**
 * Takes a ticket out of a release because its change has an older one, and closes it; safe to repeat. One that people
 * work on is left to them. Resolves to a sentence about it; empty when nothing was to do.
 */
export async function retireTicket(
  { key, keeps, label, versionId }: { key: string; keeps: string; label: string; versionId: string },
  jira: RetiringJira,
): Promise<string> {
  const issue = await jira.findIssue(key);
  if (!issue?.labels.includes(label)) return '';
  if (issue.assignee || issue.status.category === 'indeterminate')
    return `; ${key} has the same label and is worked on: take the label off one of them`;
  await jira.relabel(key, { remove: label, add: DUPLICATE_LABEL, removeFixVersionId: versionId });
  await jira.addComment(key, formatDuplicate(keeps));
  const closed = issue.status.category === 'done' || (await close(issue, jira));
  return `; ${key}, which was created at the same time, was taken out of the release${closed ? ' and closed' : ': close it'}`;
}

/** Closes an issue where its workflow lets this account do so without asking for more. */
async function close(
  { key, projectKey }: { key: string; projectKey: string },
  jira: Pick<Jira, 'listStatuses' | 'listTransitions' | 'transition'>,
): Promise<boolean> {
  try {
    const statuses = await jira.listStatuses(projectKey);
    const done = new Set(statuses.filter(({ category }) => category === 'done').map(({ id }) => id));
    const [transition] = (await jira.listTransitions(key)).filter(({ to }) => done.has(to.id));
    if (!transition) return false;
    await jira.transition(key, transition.id);
    return true;
  } catch (error) {
    // It is of no release and says so; that it stands open still is for people.
    if (error instanceof TaskError && error.code !== 'unexpected') return false;
    throw error;
  }
}
