import { type Issue, type Jira, MARKER_PROPERTY } from '../../domain/ports/jira.ts';
import { IssueMarker } from '../../domain/tasks/issue-marker.ts';
import { describeError, TaskError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';

/**
 * Takes the marker of a run that is over off its issue: a runner that died could not, and other deployments would wait
 * for it. The marker of another run stays. A refusal is logged and nothing else. @throws {TaskError}
 * `jira-unavailable`, `jira-rate-limited`
 */
export async function removeIssueMarker(
  issue: Pick<Issue, 'key' | 'marker'>,
  runId: string,
  { jira, log }: { jira: Pick<Jira, 'deleteProperty'>; log: Log },
): Promise<void> {
  if (IssueMarker.safeParse(issue.marker).data?.run !== runId) return;
  try {
    await jira.deleteProperty(issue.key, MARKER_PROPERTY);
  } catch (error) {
    if (!(error instanceof TaskError) || describeError(error.code).retry) throw error;
    log.warn('marker not removed from the issue', { issueKey: issue.key, error });
  }
}
