import { formatCredentialPasted } from '../../domain/messages/format-ticket-note.ts';
import { type ReportingJira, upsertReportComment } from './report-comment.ts';

/** Says once on a ticket that a credential in it has to be rotated. */
export async function notifyCredentialPasted(
  { issueKey }: { issueKey: string },
  { jira, agentId }: { jira: ReportingJira; agentId: string },
): Promise<'complete'> {
  const report = { issueKey, purpose: 'credential', runId: issueKey, agentId, markdown: formatCredentialPasted() };
  await upsertReportComment(jira, report);
  return 'complete';
}
