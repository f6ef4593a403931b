import { formatBlocked, formatUnblocked } from '../../domain/messages/format-ticket-note.ts';
import type { RunLedger } from '../../domain/ports/run-ledger.ts';
import type { WaitingEntry } from '../../domain/runs/outbox-entry.ts';
import { issueScope } from '../../domain/tasks/plan-coding.ts';
import { HOUR } from '../../kernel/clock.ts';
import { listEarlierRuns } from '../ledger/list-earlier-runs.ts';
import { editReportComment, type ReportingJira, upsertReportComment } from './report-comment.ts';

export interface NotifyWaitingDeps {
  jira: ReportingJira;
  ledger: Pick<RunLedger, 'listRecent'>;
  agentId: string;
  clock: { now(): number };
}

/** A run this young is what the ticket waited to begin. */
const JUST_STARTED_MS = HOUR;

/**
 * Keeps the one comment that names what a ticket waits for: written, edited when the blockers change, and edited to its
 * end. A ticket without a notification gets no end either.
 */
export async function notifyWaiting(
  { issueKey, waitsFor }: WaitingEntry,
  { jira, ledger, agentId, clock }: NotifyWaitingDeps,
): Promise<'complete' | 'delete'> {
  const report = { issueKey, purpose: 'waiting', runId: issueKey, agentId };
  if (waitsFor.length > 0) {
    await upsertReportComment(jira, { ...report, markdown: formatBlocked(waitsFor) });
    return 'complete';
  }
  const { runs, unreadable } = await listEarlierRuns(issueScope(issueKey), 1, ledger);
  const newest = Math.max(0, ...unreadable, ...runs.map(({ createdAt }) => createdAt));
  const started = newest > clock.now() - JUST_STARTED_MS;
  await editReportComment(jira, { ...report, markdown: formatUnblocked({ started }) });
  return 'delete';
}
