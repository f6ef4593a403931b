import { findTicketOfBranch } from '../../../shared/domain/tasks/find-ticket-of-branch.ts';
import type { TaskError } from '../../../shared/kernel/errors.ts';
import { keepRefused, type RefusedSession } from '../coding/keep-refused.ts';
import type { MergeRequestRun } from '../run/merge-request-run.ts';

/**
 * Keeps what was refused of an answer in a thread on the ticket of its branch, as a patch: people see there what the
 * agent would have pushed. Resolves to the failure with where it is; as it was where the branch belongs to no ticket.
 */
export async function keepRefusedReply(
  { binding, bindings, context, deps, mergeRequest, project }: MergeRequestRun,
  work: Pick<RefusedSession, 'request' | 'result'>,
  failure: TaskError,
  signal: AbortSignal,
): Promise<TaskError> {
  const { jira } = deps;
  const ticket = findTicketOfBranch(mergeRequest.sourceBranch, bindings);
  if (!ticket || !jira) return failure;
  const subject = {
    // The branch beside that of the ticket is for the work of the ticket, and so is the word that lets files pass.
    binding: {
      ...binding,
      refusedWork: binding.refusedWork === 'drop' ? 'drop' : 'patch',
      allowRefused: 'off',
    } as const,
    branch: mergeRequest.sourceBranch,
    context,
    deps: { ...deps, jira },
    others: [],
    project,
    issue: { key: ticket.issueKey },
    isElsewhere: true,
  };
  return keepRefused({ coding: subject, ...work }, failure, signal);
}
