import type { Jira } from '../../../shared/domain/ports/jira.ts';
import type { PromptComment } from '../../../shared/domain/prompts/format-comments.ts';
import type { PromptTicket } from '../../../shared/domain/prompts/format-ticket.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { listHumanComments } from '../../../shared/services/notifications/report-comment.ts';
import { findTicket } from '../review/find-ticket.ts';
import type { MergeRequestInput } from '../run/merge-request-run.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import type { Obstacle } from './find-obstacle.ts';

export interface TicketRequest extends Pick<MergeRequestInput, 'bindings' | 'mergeRequest'> {
  /** Why nothing may be pushed for the person who asks. */
  obstacle: Obstacle | undefined;
  deps: Pick<RunnerDeps, 'log' | 'maskWritten'> & {
    jira?: Pick<Jira, 'findIssue' | 'listRemoteLinks' | 'listComments' | 'getMyself'>;
  };
}

/**
 * The ticket of a merge request with what people said on it, for a session that answers a note. A person who may not
 * push gets an answer without it: a merge request may have more readers than its ticket, and a question can ask for all
 * of it. Without it also where Jira does not answer.
 */
export async function readTicket(
  { obstacle, deps, ...about }: TicketRequest,
  signal: AbortSignal,
): Promise<PromptTicket | undefined> {
  if (obstacle === 'no-permission') return undefined;
  const ticket = await findTicket(about, deps, signal);
  return ticket && { ...ticket, comments: await listComments(ticket.issue.key, deps, signal) };
}

async function listComments(
  issueKey: string,
  { jira, log }: TicketRequest['deps'],
  signal: AbortSignal,
): Promise<PromptComment[]> {
  if (!jira) return [];
  try {
    const comments = await listHumanComments(jira, issueKey, await jira.getMyself(signal), signal);
    return comments.map(({ author, body, createdAt }) => ({ author: author.displayName, body, createdAt }));
  } catch (error) {
    // An answer without the comments is still an answer.
    if (!(error instanceof TaskError)) throw error;
    log.warn('ticket comments not read', { issueKey, error });
    return [];
  }
}
