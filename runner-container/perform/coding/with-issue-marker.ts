import { type Jira, MARKER_PROPERTY } from '../../../shared/domain/ports/jira.ts';
import { type IssueMarker, MARKER_MS, RENEW_MARKER_EVERY_MS } from '../../../shared/domain/tasks/issue-marker.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import { sleepUnlessAborted } from '../../../shared/kernel/waits.ts';

export interface IssueMarkerDeps {
  jira: Pick<Jira, 'setProperty' | 'deleteProperty'>;
  agentId: string;
  clock: Clock;
  log: Log;
}

/**
 * Shows on the issue that we work on it, for as long as the work goes on: one call to Jira at the beginning, one at the
 * end, and one each five minutes between. After an abort the marker is left to expire, because the run may be another
 * runner's by now. An account that may not write properties works without: the marker is advice among deployments.
 */
export async function withIssueMarker<T>(
  { issueKey, runId }: { issueKey: string; runId: string },
  deps: IssueMarkerDeps,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const { jira, agentId, clock, log } = deps;
  const stopped = new AbortController();
  const write = () =>
    advise(async () => {
      const marker: IssueMarker = { run: runId, agentId, expiresAt: clock.now() + MARKER_MS };
      await jira.setProperty(issueKey, MARKER_PROPERTY, marker, signal);
    }, log);
  const renew = async (): Promise<void> => {
    while (await sleepUnlessAborted(RENEW_MARKER_EVERY_MS, clock, stopped.signal)) await write();
  };

  await write();
  const renewals = renew();
  try {
    return await work();
  } finally {
    stopped.abort();
    await renewals;
    if (!signal.aborted) await advise(() => jira.deleteProperty(issueKey, MARKER_PROPERTY, signal), log);
  }
}

async function advise(call: () => Promise<void>, log: Log): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    log.warn('marker not shown on the issue', { error });
  }
}
