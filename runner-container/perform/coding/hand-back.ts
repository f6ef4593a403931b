import type { Issue } from '../../../shared/domain/ports/jira.ts';
import { tolerate } from '../../../shared/kernel/tolerate.ts';
import { markStopped } from '../../../shared/services/issues/mark-stopped.ts';
import { returnToReporter } from '../../../shared/services/issues/return-to-reporter.ts';
import type { CodingRun } from './coding-run.ts';

/**
 * Shows on a ticket that the agent has left it without a merge request, and gives it back to the person who asked. One
 * that has another key now was moved to another project, and is left alone. `now`: as `readNow` gives it.
 */
export async function handBack(
  { issue, binding, deps }: CodingRun,
  { now, hasQuestion }: { now: Issue; hasQuestion: boolean },
  signal: AbortSignal,
): Promise<void> {
  if (now.key !== issue.key) return;
  await markStopped({ issueKey: issue.key, binding, hasQuestion }, deps, signal);
  await returnToReporter({ issue: now, binding, ended: 'stopped' }, deps, signal);
}

/**
 * The issue as people have left it by now; Jira answers for the key it had before as well. What it refuses to show is
 * taken to be as it was.
 * @throws {TaskError} `jira-unavailable`, `jira-rate-limited`, `jira-unauthorized`
 */
export async function readNow({ issue, deps }: CodingRun, signal: AbortSignal): Promise<Issue> {
  let now = issue;
  const read = async () => {
    now = await deps.jira.getIssue(issue.key, signal);
  };
  await tolerate(read, { log: deps.log, event: 'issue not read again', fields: { issueKey: issue.key } });
  return now;
}
