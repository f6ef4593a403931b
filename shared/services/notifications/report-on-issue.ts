import { editReportComment, type ReportingJira, upsertReportComment } from './report-comment.ts';

export interface IssueReport {
  issueKey: string;
  runId: string;
  markdown: string;
}

/**
 * Writes what a run has to say on its ticket: one comment per run, edited in place from the first progress to the
 * result. Safe to repeat. See ADR 0004.
 */
export async function reportOnIssue(
  { issueKey, runId, markdown }: IssueReport,
  { jira, agentId }: { jira: ReportingJira; agentId: string },
  signal?: AbortSignal,
): Promise<{ commentId: string }> {
  return upsertReportComment(jira, { issueKey, purpose: 'report', onePer: 'run', runId, agentId, markdown }, signal);
}

/** Edits what a run has said on its ticket, and says nothing where it has said nothing yet. */
export async function retractReport(
  { issueKey, runId, markdown }: IssueReport,
  { jira, agentId }: { jira: ReportingJira; agentId: string },
  signal?: AbortSignal,
): Promise<void> {
  await editReportComment(jira, { issueKey, purpose: 'report', onePer: 'run', runId, agentId, markdown }, signal);
}
