import { formatRouted, formatUnrouted } from '../../domain/messages/format-route-note.ts';
import type { UnroutedEntry } from '../../domain/runs/outbox-entry.ts';
import { hasJustStarted } from './has-just-started.ts';
import type { NotifyWaitingDeps } from './notify-waiting.ts';
import { editReportComment, upsertReportComment } from './report-comment.ts';

/**
 * Keeps the one comment that says why a ticket has no repository: written, edited when the reason changes, and edited
 * to its end. A ticket without that comment gets no end either.
 */
export async function notifyUnrouted(
  { issueKey, problem, routes, by }: UnroutedEntry,
  deps: NotifyWaitingDeps,
): Promise<'complete' | 'delete'> {
  const report = { issueKey, purpose: 'unrouted', runId: issueKey, agentId: deps.agentId };
  if (problem !== undefined) {
    await upsertReportComment(deps.jira, { ...report, markdown: formatUnrouted({ problem, routes, by }) });
    return 'complete';
  }
  const started = await hasJustStarted(issueKey, deps);
  await editReportComment(deps.jira, { ...report, markdown: formatRouted({ started }) });
  return 'delete';
}
