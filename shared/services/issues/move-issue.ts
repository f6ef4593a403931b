import type { Issue, Jira, Transition } from '../../domain/ports/jira.ts';
import { TaskError } from '../../kernel/errors.ts';
import { planTransition } from './plan-transition.ts';

export type MovingJira = Pick<Jira, 'getIssue' | 'listTransitions' | 'transition'>;

/**
 * Brings an issue into a status; safe to repeat, and no request at all beyond reading when it is there already. When
 * Jira fails or refuses, the issue is read again, because a lost answer or another change may have moved it. Where
 * several transitions lead to the status, the next one is tried after a refusal.
 *
 * `unless` looks at the issue as it is now; when it says so, the issue is left alone. So is one that was moved to
 * another project, for which Jira answers by its old key: the statuses there are of another binding, or of none.
 *
 * @throws {TaskError} `transition-unavailable` with the statuses that can be reached, or a `jira-*` code.
 */
export async function moveIssue(
  jira: MovingJira,
  { issueKey, targetStatus, unless }: { issueKey: string; targetStatus: string; unless?: (issue: Issue) => boolean },
  signal?: AbortSignal,
): Promise<'moved' | 'already-there' | 'left-alone'> {
  const issue = await jira.getIssue(issueKey, signal);
  if (unless?.(issue) || issue.key !== issueKey) return 'left-alone';
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

  let failure: unknown;
  for (const transition of plan.transitions) {
    try {
      await performTransition(jira, issueKey, transition, signal);
      return 'moved';
    } catch (error) {
      // Refused for what its screen or a validator asks for: another way to the same status may ask for less.
      if (!(error instanceof TaskError) || error.code !== 'jira-refused') throw error;
      failure ??= withFields(error, transition);
    }
  }
  throw failure;
}

/**
 * When the answer is a failure the issue is read again, because the answer may be wrong or another change was faster.
 */
async function performTransition(
  jira: MovingJira,
  issueKey: string,
  { id, to }: Transition,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await jira.transition(issueKey, id, signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof TaskError)) throw error;
    const after = await jira.getIssue(issueKey, signal);
    if (after.status.id !== to.id) throw error;
  }
}

/** The same refusal with the fields a person has to fill in. */
function withFields(error: TaskError, { name, requiredFields }: Transition): TaskError {
  if (!requiredFields) return error;
  const detail = `"${name}" asks for ${requiredFields.join(', ')}. ${error.detail ?? ''}`.trim();
  return new TaskError(error.code, { cause: error, detail });
}
