import { tolerate } from '../../../shared/kernel/tolerate.ts';
import { markStopped } from '../../../shared/services/issues/mark-stopped.ts';
import { returnToReporter } from '../../../shared/services/issues/return-to-reporter.ts';
import type { CodingRun } from './coding-run.ts';

/**
 * Shows on a ticket that the agent has left it without a merge request, and gives it back to the person who asked. One
 * that has another key now was moved to another project, and is left alone.
 */
export async function handBack(
  { issue, binding, deps }: CodingRun,
  { keyNow, hasQuestion }: { keyNow: string; hasQuestion: boolean },
  signal: AbortSignal,
): Promise<void> {
  if (keyNow !== issue.key) return;
  await markStopped({ issueKey: issue.key, binding, hasQuestion }, deps, signal);
  await returnToReporter({ issue, binding, ended: 'stopped' }, deps, signal);
}

/** Jira answers for the key an issue had before as well. What it refuses to show is taken to stand where it stood. */
export async function readKeyNow({ issue, deps }: CodingRun, signal: AbortSignal): Promise<string> {
  let { key } = issue;
  const read = async () => {
    key = (await deps.jira.getIssue(issue.key, signal)).key;
  };
  await tolerate(read, { log: deps.log, event: 'issue not read again', fields: { issueKey: issue.key } });
  return key;
}
