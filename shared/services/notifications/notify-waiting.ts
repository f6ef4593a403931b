import { formatBlocked, formatUnblocked } from '../../domain/messages/format-ticket-note.ts';
import type { RunLedger } from '../../domain/ports/run-ledger.ts';
import type { WaitingEntry } from '../../domain/runs/outbox-entry.ts';
import { hasJustStarted } from './has-just-started.ts';
import { editReportComment, type ReportingJira, upsertReportComment } from './report-comment.ts';

export interface NotifyWaitingDeps {
  jira: ReportingJira;
  ledger: Pick<RunLedger, 'listRecent'>;
  agentId: string;
  clock: { now(): number };
}

/**
 * Keeps the one comment that names what a ticket waits for: written, edited when the blockers change, and edited to its
 * end. A ticket without a notification gets no end either.
 */
export async function notifyWaiting(
  { issueKey, waitsFor }: WaitingEntry,
  deps: NotifyWaitingDeps,
): Promise<'complete' | 'delete'> {
  const { jira, agentId } = deps;
  const report = { issueKey, purpose: 'waiting', runId: issueKey, agentId };
  if (waitsFor.length > 0) {
    await upsertReportComment(jira, { ...report, markdown: formatBlocked(waitsFor) });
    return 'complete';
  }
  const started = await hasJustStarted(issueKey, deps);
  await editReportComment(jira, { ...report, markdown: formatUnblocked({ started }) });
  return 'delete';
}
