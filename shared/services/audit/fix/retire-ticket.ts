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
 * work on is left to them. Once it is out of the release, neither a comment nor a transition that Jira refuses keeps
 * the other from being tried: the ticket has lost its label by then, so that no later attempt would find it. Resolves
 * to a sentence about it, with what is left to people; empty when nothing was to do.
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
  const isSaid = await tried(async () => {
    await jira.addComment(key, formatDuplicate(keeps));
    return true;
  });
  const isClosed = issue.status.category === 'done' || (await tried(() => close(issue, jira)));
  const left = [...(isClosed ? [] : ['close it']), ...(isSaid ? [] : [`say in a comment that ${keeps} stays for it`])];
  const done = `; ${key}, which was created at the same time, was taken out of the release${isClosed ? ' and closed' : ''}`;
  return left.length > 0 ? `${done}: ${left.join(', and ')}` : done;
}

/** Closes an issue where its workflow lets this account do so without asking for more. */
async function close(
  { key, projectKey }: { key: string; projectKey: string },
  jira: Pick<Jira, 'listStatuses' | 'listTransitions' | 'transition'>,
): Promise<boolean> {
  const statuses = await jira.listStatuses(projectKey);
  const done = new Set(statuses.filter(({ category }) => category === 'done').map(({ id }) => id));
  const [transition] = (await jira.listTransitions(key)).filter(({ to }) => done.has(to.id));
  if (!transition) return false;
  await jira.transition(key, transition.id);
  return true;
}

/** False where Jira refuses or does not answer: it is of no release by then, and the rest is for people. */
async function tried(step: () => Promise<boolean>): Promise<boolean> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof TaskError && error.code !== 'unexpected') return false;
    throw error;
  }
}
