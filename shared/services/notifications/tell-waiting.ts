import { formatBlocked, formatUnblocked } from '../../domain/messages/format-ticket-note.ts';
import type { RunLedger } from '../../domain/ports/run-ledger.ts';
import type { WaitingErrand } from '../../domain/runs/errand.ts';
import { issueScope } from '../../domain/tasks/plan-coding.ts';
import { HOUR } from '../../kernel/clock.ts';
import { editReportComment, type ReportingJira, upsertReportComment } from './report-comment.ts';

export interface TellWaitingDeps {
  jira: ReportingJira;
  ledger: Pick<RunLedger, 'listRecent'>;
  agentId: string;
  clock: { now(): number };
}

/** A run this young is what the ticket waited to begin. */
const JUST_STARTED_MS = HOUR;

/**
 * Keeps the one comment that names what a ticket waits for: written, edited when the blockers change, and edited to its end. A ticket
 * that was never told gets no end either.
 */
export async function tellWaiting(
  { issueKey, waitsFor }: WaitingErrand,
  { jira, ledger, agentId, clock }: TellWaitingDeps,
): Promise<'remember' | 'forget'> {
  const report = { issueKey, purpose: 'waiting', runId: issueKey, agentId };
  if (waitsFor.length > 0) {
    await upsertReportComment(jira, { ...report, markdown: formatBlocked(waitsFor) });
    return 'remember';
  }
  const [newest] = await ledger.listRecent(issueScope(issueKey), 1);
  const started = newest !== undefined && newest.createdAt > clock.now() - JUST_STARTED_MS;
  await editReportComment(jira, { ...report, markdown: formatUnblocked({ started }) });
  return 'forget';
}
