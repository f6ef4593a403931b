import { formatRatingRefused, formatRefused } from '../../domain/messages/format-ticket-note.ts';
import type { RefusedEntry } from '../../domain/runs/outbox-entry.ts';
import { type ReportingJira, upsertReportComment } from './report-comment.ts';

/**
 * Keeps the one comment of a ticket that says why a request on it started nothing, and the one that says why an answer
 * was not counted, however many there are.
 */
export async function notifyRefused(
  { issueKey, reason, about }: RefusedEntry,
  { jira, agentId }: { jira: ReportingJira; agentId: string },
): Promise<'complete'> {
  const markdown = about === undefined ? formatRefused(reason) : formatRatingRefused(reason);
  const purpose = about === undefined ? 'refused' : 'refused-rating';
  await upsertReportComment(jira, { issueKey, purpose, runId: issueKey, agentId, markdown });
  return 'complete';
}
