import type { Issue, Jira } from '../../../shared/domain/ports/jira.ts';
import { SECOND } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import type { Log } from '../../../shared/kernel/log.ts';

/** How the links of the agent's own merge requests are known in Jira: what comes after is the address. */
export const OWN_LINK = 'cmap-merge-request=';

/** A run waits no longer for what it can do without. */
const LONGEST_MS = 10 * SECOND;

/**
 * The issue with the pages that are linked to it, of which Jira says nothing when it is asked for the issue. Without
 * them where Jira does not name them: issues cannot be linked there, or it does not answer now. What the agent linked
 * itself is none of them.
 */
export async function withRemoteLinks<OneIssue extends Pick<Issue, 'key' | 'details'>>(
  issue: OneIssue,
  { jira, log }: { jira: Pick<Jira, 'listRemoteLinks'>; log: Log },
  signal: AbortSignal,
): Promise<OneIssue> {
  const { key, details } = issue;
  if (!details) return issue;
  // A real timer, as with each request: it guards real sockets.
  const limit = AbortSignal.timeout(LONGEST_MS);
  try {
    const all = await jira.listRemoteLinks(key, AbortSignal.any([signal, limit]));
    const remoteLinks = all.filter(({ globalId }) => !globalId?.startsWith(OWN_LINK));
    return remoteLinks.length > 0 ? { ...issue, details: { ...details, remoteLinks } } : issue;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TaskError) && !limit.aborted) throw error;
    log.warn('remote links not read', { issueKey: key, error });
    return issue;
  }
}
