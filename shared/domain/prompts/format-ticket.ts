import type { Criteria } from '../criteria/criterion.ts';
import type { Issue } from '../ports/jira.ts';
import { listCriteria } from './criteria-task.ts';
import { formatComments, labelOrKeep, type PromptComment } from './format-comments.ts';
import { formatTicketFields, type KeepWhole } from './ticket-fields.ts';

export interface PromptTicket {
  /** Key, summary and description. */
  text: string;
  issue: Pick<Issue, 'labels' | 'details'>;
  /** Names of fields its binding has agents shown. */
  ticketFields: readonly string[];
  criteria: Criteria;
  /** Of people, for everyone who sees the ticket, oldest first. */
  comments: PromptComment[];
}

const MAX_TICKET = 10_000;

/**
 * The ticket of a merge request, for a session that talks about it: what was wanted, and what people said about that.
 * It is no task of the session, and nothing is handed in about its criteria.
 */
export function formatTicket(
  { text, issue, ticketFields, criteria, comments }: PromptTicket,
  whole: KeepWhole,
): string[] {
  return [
    '# The ticket\n\nThe merge request is about this ticket: it says why the change is made. Take facts from it; your task is in the thread.',
    labelOrKeep({ name: 'ticket', text, cap: MAX_TICKET }, whole),
    ...formatTicketFields(issue, ticketFields, whole),
    ...listCriteria(criteria),
    ...formatComments('Comments on the ticket', 'ticket comment', comments, whole),
  ];
}
