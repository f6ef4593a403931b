import type { Mention } from '../../domain/ports/jira.ts';
import type { Task } from '../../domain/runs/task.ts';
import { editReportComment, type ReportingJira, upsertReportComment } from './report-comment.ts';

export interface IssueReport {
  issueKey: string;
  runId: string;
  markdown: string;
  /** Whose turn it is, or who waits for this: they are notified. */
  mention?: Mention | undefined;
}

/** The person who asked for a run in Jira, or for whom a rule did: no app is mentioned, because none reads it. */
export function findAsker({ requestedBy }: Pick<Task, 'requestedBy'>): Mention | undefined {
  if (requestedBy?.service !== 'jira') return undefined;
  const person = requestedBy.app ? requestedBy.app.for : requestedBy;
  return person && { accountId: person.id, name: person.name };
}

/**
 * Writes what a run has to say on its ticket: one comment per run, edited in place from the first progress to the
 * result. Safe to repeat. See ADR 0004.
 */
export async function reportOnIssue(
  report: IssueReport,
  { jira, agentId }: { jira: ReportingJira; agentId: string },
  signal?: AbortSignal,
): Promise<{ commentId: string }> {
  return upsertReportComment(jira, { ...report, purpose: 'report', onePer: 'run', agentId }, signal);
}

/** Edits what a run has said on its ticket, and says nothing where it has said nothing yet. */
export async function retractReport(
  { issueKey, runId, markdown }: IssueReport,
  { jira, agentId }: { jira: ReportingJira; agentId: string },
  signal?: AbortSignal,
): Promise<void> {
  await editReportComment(jira, { issueKey, purpose: 'report', onePer: 'run', runId, agentId, markdown }, signal);
}
