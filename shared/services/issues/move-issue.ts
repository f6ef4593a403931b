import type { Issue, Jira } from '../../domain/ports/jira.ts';
import { TaskError } from '../../kernel/errors.ts';
import { planTransition } from './plan-transition.ts';

export type MovingJira = Pick<Jira, 'getIssue' | 'listTransitions' | 'transition'>;

/**
 * Brings an issue into a status; safe to repeat, and no request at all beyond reading when it is there already. When Jira fails or
 * refuses, the issue is read again, because a lost answer or somebody else may have moved it.
 *
 * `unless` looks at the issue as it is now; when it says so, the issue is left alone.
 *
 * @throws {TaskError} `transition-unavailable` with the statuses that can be reached, or a `jira-*` code.
 */
export async function moveIssue(
  jira: MovingJira,
  { issueKey, targetStatus, unless }: { issueKey: string; targetStatus: string; unless?: (issue: Issue) => boolean },
  signal?: AbortSignal,
): Promise<'moved' | 'already-there' | 'left-alone'> {
  const issue = await jira.getIssue(issueKey, signal);
  if (unless?.(issue)) return 'left-alone';
  const { status } = issue;
  // Asking for transitions of an issue that is already there would cost a call on every repetition.
  if (planTransition([], targetStatus, status.name).action === 'none') return 'already-there';

  const plan = planTransition(await jira.listTransitions(issueKey, signal), targetStatus, status.name);
  if (plan.action === 'none') return 'already-there';
  if (plan.action === 'unavailable') {
    const reachable =
      plan.available.length > 0 ? `these can be reached: ${plan.available.join(', ')}` : 'none can be reached';
    throw new TaskError('transition-unavailable', {
      detail: `"${targetStatus}" cannot be reached from "${status.name}"; ${reachable}.`,
    });
  }

  try {
    await jira.transition(issueKey, plan.transition.id, signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof TaskError)) throw error;
    const after = await jira.getIssue(issueKey, signal);
    if (after.status.id !== plan.transition.to.id) throw error;
  }
  return 'moved';
}
