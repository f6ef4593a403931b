import { escapeText } from '../../adapters/jira/adf/escape-markdown.ts';
import { listCriteriaMarks } from '../../domain/criteria/criteria-event.ts';
import { formatCriteriaMarks, MARKED } from '../../domain/messages/format-criteria-marks.ts';
import type { Jira } from '../../domain/ports/jira.ts';
import type { RunLedger } from '../../domain/ports/run-ledger.ts';
import type { CriteriaMarkedEntry } from '../../domain/runs/outbox-entry.ts';
import { isFinal } from '../../domain/runs/run.ts';
import { issueScope } from '../../domain/tasks/plan-coding.ts';
import { DAY } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import { listEarlierRuns } from '../ledger/list-earlier-runs.ts';
import { changeReportComment, type ReportingJira } from './report-comment.ts';

export interface NotifyCriteriaMarkedDeps {
  jira: Pick<Jira, 'findIssue'> & ReportingJira;
  ledger: Pick<RunLedger, 'find' | 'listEvents' | 'listRecent'>;
  agentId: string;
  clock: { now(): number };
  log: Log;
}

const RUNS_LOOKED_AT = 50;
/** A run of the ticket that is not over by then is one that waits for a budget; its comment is another one. */
const LONGEST_WAIT_MS = DAY;

/**
 * Has the comment of the run that made a merge request begin with what a review says about the criteria of the ticket.
 * A merge request of a person has no such comment, and one that is gone or may not be edited stays so: the marks stand
 * in the merge request. `reschedule`: that run has not ended yet.
 * @throws {TaskError} `jira-*`, `storage-*`
 */
export async function notifyCriteriaMarked(
  { issueKey, iid, url, runId: reviewId }: CriteriaMarkedEntry,
  { jira, ledger, agentId, clock, log }: NotifyCriteriaMarkedDeps,
): Promise<'complete' | 'reschedule'> {
  const review = await ledger.find(reviewId);
  const marked = review && listCriteriaMarks(await ledger.listEvents(reviewId, 0, () => {}));
  // Purged with its run meanwhile.
  if (!marked) return 'complete';
  const { runs } = await listEarlierRuns(issueScope(issueKey), RUNS_LOOKED_AT, ledger);
  const isRecent = review.createdAt > clock.now() - LONGEST_WAIT_MS;
  if (isRecent && runs.some(({ task, state }) => task.kind === 'coding' && !isFinal(state))) return 'reschedule';
  const delivery = runs.find(
    ({ task, state, result }) =>
      task.kind === 'coding' && state === 'done' && result?.mergeRequestIid === iid && result.mergeRequestUrl === url,
  );
  // Jira answers for the key an issue had before, too.
  if (!delivery || (await jira.findIssue(issueKey))?.key !== issueKey) return 'complete';
  const line = formatCriteriaMarks({ iid, url, ...marked, neutral: (text) => escapeText(text, { insideLink: true }) });
  const about = { issueKey, purpose: 'report', onePer: 'run', runId: delivery.runId, agentId } as const;
  const change = (text: string) => `${line}\n\n${withoutMarks(text)}`;
  if (!(await changeReportComment(jira, { ...about, change }))) log.info('criteria not marked on ticket', { issueKey });
  return 'complete';
}

/** Only the first paragraph is ours. */
function withoutMarks(text: string): string {
  return text.startsWith(MARKED) ? text.replace(/^[^\n]*\n+/, '') : text;
}
