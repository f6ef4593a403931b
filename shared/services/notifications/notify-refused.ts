import { formatRefused } from '../../domain/messages/format-ticket-note.ts';
import type { RefusedEntry } from '../../domain/runs/outbox-entry.ts';
import { type ReportingJira, upsertReportComment } from './report-comment.ts';

/** Keeps the one comment of a ticket that says why a request on it started nothing, however many there are. */
export async function notifyRefused(
  { issueKey, reason }: RefusedEntry,
  { jira, agentId }: { jira: ReportingJira; agentId: string },
): Promise<'complete'> {
  const markdown = formatRefused(reason);
  await upsertReportComment(jira, { issueKey, purpose: 'refused', runId: issueKey, agentId, markdown });
  return 'complete';
}
