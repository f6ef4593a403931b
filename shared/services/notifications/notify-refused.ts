import type { Binding } from '../../domain/mapping/binding.ts';
import { formatRequestRefused } from '../../domain/messages/format-ticket-note.ts';
import type { RequestRefusedEntry } from '../../domain/runs/outbox-entry.ts';
import { type ReportingJira, upsertReportComment } from './report-comment.ts';

export interface NotifyRefusedDeps {
  jira: ReportingJira;
  bindingFor: (jiraProject: string) => Promise<Binding | undefined>;
  agentId: string;
}

/** Says once on a ticket why comments start nothing there: one comment for each reason, which stays. */
export async function notifyRefused(
  { issueKey, jiraProject, reason }: RequestRefusedEntry,
  { jira, bindingFor, agentId }: NotifyRefusedDeps,
): Promise<'complete'> {
  const binding = await bindingFor(jiraProject);
  const markdown = formatRequestRefused(reason, binding?.requesters);
  await upsertReportComment(jira, { issueKey, purpose: `refused-${reason}`, runId: issueKey, agentId, markdown });
  return 'complete';
}
