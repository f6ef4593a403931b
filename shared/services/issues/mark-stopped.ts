import type { Issue, Jira } from '../../domain/ports/jira.ts';
import { findMarks, planStoppedIssue, type StoppedMarks } from '../../domain/tasks/plan-stopped-issue.ts';
import { standsInProgress } from '../../domain/tasks/stands-in-progress.ts';
import type { Log } from '../../kernel/log.ts';
import { tolerate } from '../../kernel/tolerate.ts';
import { type MovingJira, moveIssue } from './move-issue.ts';

export interface MarkStoppedDeps {
  jira: MovingJira & Pick<Jira, 'addLabel' | 'getMyself'>;
  log: Log;
}

/**
 * Shows on a ticket that the agent ended without a merge request, as the binding says. The comment carries the message
 * as well, so a refusal is logged and nothing else. One that was moved to another project is left alone.
 * @throws {TaskError} `jira-unavailable`, `jira-rate-limited`
 */
export async function markStopped(
  { issueKey, binding, hasQuestion = false }: { issueKey: string; binding: StoppedMarks; hasQuestion?: boolean },
  { jira, log }: MarkStoppedDeps,
  signal?: AbortSignal,
): Promise<void> {
  const { status: target, label } = findMarks(binding, hasQuestion);
  if (target === undefined && label === undefined) return;
  const mark = async () => {
    const [issue, { accountId }] = await Promise.all([jira.getIssue(issueKey, signal), jira.getMyself(signal)]);
    if (issue.key !== issueKey) return;
    const { status, addLabel } = planStoppedIssue(issue, binding, { hasQuestion, selfAccountId: accountId });
    if (addLabel !== undefined) await jira.addLabel(issueKey, addLabel, signal);
    const isMoved = (now: Issue) => !standsInProgress(now, binding.statuses, accountId);
    if (status !== undefined) await moveIssue(jira, { issueKey, targetStatus: status, unless: isMoved }, signal);
  };
  await tolerate(mark, { log, event: 'issue not marked as stopped', fields: { issueKey } });
}
