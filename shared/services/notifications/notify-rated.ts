import { escapeText } from '../../adapters/jira/adf/escape-markdown.ts';
import { COUNTED, formatCounted } from '../../domain/messages/format-shadow-report.ts';
import type { RunLedger } from '../../domain/ports/run-ledger.ts';
import type { RatedEntry } from '../../domain/runs/outbox-entry.ts';
import { listRatings } from '../../domain/runs/rating-event.ts';
import { changeReportComment, type ReportingJira, upsertReportComment } from './report-comment.ts';

export interface NotifyRatedDeps {
  jira: ReportingJira;
  ledger: Pick<RunLedger, 'listEvents'>;
  agentId: string;
}

/**
 * Has the comment of a run in shadow say whose word was counted, above all else: what an agent wrote stands further
 * down and can forge none of it. Where that comment is gone or may not be edited, one of its own says so.
 * @throws {TaskError} `jira-*`, `storage-*`
 */
export async function notifyRated(
  { issueKey, runId }: RatedEntry,
  { jira, ledger, agentId }: NotifyRatedDeps,
): Promise<'complete'> {
  const answers = listRatings(await ledger.listEvents(runId, 0, () => {})).map((rating) => ({
    ...rating,
    by: escapeText(rating.by),
  }));
  // Purged with its run meanwhile.
  if (answers.length === 0) return 'complete';
  const counted = formatCounted(answers);
  const about = { issueKey, runId, agentId, onePer: 'run' as const };
  const change = (text: string) => `${counted}\n\n${withoutCounted(text)}`;
  if (await changeReportComment(jira, { ...about, purpose: 'report', change })) return 'complete';
  await upsertReportComment(jira, { ...about, purpose: 'rated', markdown: counted });
  return 'complete';
}

/** Only the first paragraph is ours. */
function withoutCounted(text: string): string {
  return text.startsWith(COUNTED) ? text.replace(/^[^\n]*\n+/, '') : text;
}
