import { type Issue, type Jira, MARKER_PROPERTY } from '../../domain/ports/jira.ts';
import { IssueMarker } from '../../domain/tasks/issue-marker.ts';
import type { Log } from '../../kernel/log.ts';
import { tolerate } from '../../kernel/tolerate.ts';

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
  if (IssueMarker().safeParse(issue.marker).data?.run !== runId) return;
  const refused = { log, event: 'marker not removed from the issue', fields: { issueKey: issue.key } };
  await tolerate(() => jira.deleteProperty(issue.key, MARKER_PROPERTY), refused);
}
