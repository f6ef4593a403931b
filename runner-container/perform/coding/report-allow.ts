import { formatAllowRefused } from '../../../shared/domain/messages/format-allow-refused.ts';
import type { AllowRefusal } from '../../../shared/domain/runs/allow-refusal.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import { findAsker, reportOnIssue } from '../../../shared/services/notifications/report-on-issue.ts';
import type { CodingRun } from './coding-run.ts';

/** A word that was to let files pass lets none: the ticket says why, and nothing is started. */
export async function reportAllowRefused(
  { issue, task, context, deps }: CodingRun,
  refusal: AllowRefusal,
  signal: AbortSignal,
): Promise<Outcome> {
  const markdown = formatAllowRefused(refusal);
  const report = { issueKey: issue.key, runId: context.run.runId, markdown, mention: findAsker(task) };
  await reportOnIssue(report, { jira: deps.jira, agentId: deps.settings.agentId }, signal);
  return { kind: 'superseded', reason: refusal.reason };
}
