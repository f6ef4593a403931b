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

/** Two people who answer at once take two. */
const MOST_WRITES = 5;

/**
 * Has the comment of a run in shadow say whose word was counted, above all else: what an agent wrote stands further
 * down and can forge none of it. Where that comment is gone or may not be edited, one of its own says so. Of two
 * instances that do so at once the later write may know less, so the words are read again after each: the last
 * write has all of them.
 * @throws {TaskError} `jira-*`, `storage-*`
 */
export async function notifyRated(entry: RatedEntry, deps: NotifyRatedDeps): Promise<'complete'> {
  let counted = await readCounted(entry, deps);
  for (let writes = 0; counted !== undefined && writes < MOST_WRITES; writes += 1) {
    await writeCounted(counted, entry, deps);
    const now = await readCounted(entry, deps);
    if (now === counted) break;
    counted = now;
  }
  return 'complete';
}

/** `undefined` where it was purged with its run meanwhile. */
async function readCounted(
  { runId }: RatedEntry,
  { ledger }: Pick<NotifyRatedDeps, 'ledger'>,
): Promise<string | undefined> {
  const ratings = listRatings(await ledger.listEvents(runId, 0, () => {}));
  const answers = ratings.map((rating) => ({ ...rating, by: escapeText(rating.by) }));
  return answers.length === 0 ? undefined : formatCounted(answers);
}

async function writeCounted(
  counted: string,
  { issueKey, runId }: RatedEntry,
  { jira, agentId }: NotifyRatedDeps,
): Promise<void> {
  const about = { issueKey, runId, agentId, onePer: 'run' as const };
  const change = (text: string) => `${counted}\n\n${withoutCounted(text)}`;
  if (await changeReportComment(jira, { ...about, purpose: 'report', change })) return;
  await upsertReportComment(jira, { ...about, purpose: 'rated', markdown: counted });
}

/** Only the first paragraph is ours. */
function withoutCounted(text: string): string {
  return text.startsWith(COUNTED) ? text.replace(/^[^\n]*\n+/, '') : text;
}
