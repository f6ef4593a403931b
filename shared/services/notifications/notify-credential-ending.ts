import { formatCredentialEnding } from '../../domain/messages/format-credential-ending.ts';
import type { CredentialNoticeEntry } from '../../domain/runs/outbox-entry.ts';
import { type ReportingJira, upsertReportComment } from './report-comment.ts';

/** Says on an issue that a credential ends: a comment for each of its days, because an edit notifies no person. */
export async function notifyCredentialEnding(
  { issueKey, ...ending }: CredentialNoticeEntry,
  { jira, agentId }: { jira: ReportingJira; agentId: string },
): Promise<'complete'> {
  const { credentialRef, days, expiresAt, acceptedAt = 0 } = ending;
  const runId = `${credentialRef}~${expiresAt ?? acceptedAt}~${days}`;
  const markdown = formatCredentialEnding(ending);
  await upsertReportComment(jira, { issueKey, purpose: 'credential-end', onePer: 'run', runId, agentId, markdown });
  return 'complete';
}
