import { escapeText } from '../../adapters/jira/adf/escape-markdown.ts';
import { formatRequestedChanges } from '../../domain/messages/format-requested-changes.ts';
import type { GitLab, GitLabUser, MergeRequest } from '../../domain/ports/gitlab.ts';
import type { Jira } from '../../domain/ports/jira.ts';
import type { RunLedger } from '../../domain/ports/run-ledger.ts';
import { listChangeRequests } from '../../domain/review/list-change-requests.ts';
import type { RequestedChangesEntry } from '../../domain/runs/outbox-entry.ts';
import type { Run } from '../../domain/runs/run.ts';
import { mergeRequestScope } from '../../domain/tasks/build-task.ts';
import { findTicketOfBranch } from '../../domain/tasks/find-ticket-of-branch.ts';
import { issueScope } from '../../domain/tasks/plan-coding.ts';
import { isOwnMergeRequest } from '../../domain/tasks/plan-target-merge.ts';
import { cleanText } from '../../kernel/text/clean-text.ts';
import { fitText } from '../../kernel/text/fit-text.ts';
import { oneLine } from '../../kernel/text/one-line.ts';
import { listEarlierRuns } from '../ledger/list-earlier-runs.ts';
import { type EndMergeRequestDeps, listBindings } from './end-merge-request.ts';
import { editReportComment, type ReportingJira, upsertReportComment } from './report-comment.ts';

export interface NotifyRequestedChangesDeps extends Pick<EndMergeRequestDeps, 'mapping'> {
  jira: Pick<Jira, 'findIssue'> & ReportingJira;
  gitlabFor: (
    credentialRef: string,
  ) => Promise<Pick<GitLab, 'findMergeRequest' | 'getCurrentUser' | 'listDiscussions' | 'listChangeRequesters'>>;
  ledger: Pick<RunLedger, 'listRecent'>;
  agentId: string;
}

const RUNS_LOOKED_AT = 50;

/**
 * Says on the ticket who asks for changes in its merge request, in one comment that is edited: while people ask, once
 * the agent has pushed, when nothing of it is open any more, and when the merge request has ended. A ticket on which
 * nothing was said about it says nothing where nothing is asked for. All is read from GitLab each time, so that an
 * event that comes twice, or late, changes nothing. Resolves to `ended` where nothing is to be said any more until the
 * merge request is open again.
 * @throws {TaskError} `binding-quarantined`, `gitlab-*`, `jira-*`, `storage-*`
 */
export async function notifyRequestedChanges(
  { projectId, iid }: RequestedChangesEntry,
  { jira, ledger, agentId, ...deps }: NotifyRequestedChangesDeps,
): Promise<'ended' | 'open'> {
  const bindings = await listBindings(projectId, deps);
  const [speaker] = bindings;
  if (!speaker) return 'ended';
  const gitlab = await deps.gitlabFor(speaker.credentialRef);
  const [self, mergeRequest] = await Promise.all([gitlab.getCurrentUser(), gitlab.findMergeRequest(projectId, iid)]);
  const ending = mergeRequest && findEnding(mergeRequest);
  const state = mergeRequest && !ending ? 'open' : 'ended';
  const ticket = mergeRequest && findTicketOfBranch(mergeRequest.sourceBranch, bindings);
  if (!ticket || !speaker.mergeRequest.tellRequestedChanges || speaker.mode !== 'live') return state;
  if (!ending && mergeRequest.state !== 'opened') return state;
  if (!isOwnMergeRequest(mergeRequest, { self, bindings })) return state;
  const { issueKey } = ticket;
  // Jira answers for the key an issue had before, too.
  if ((await jira.findIssue(issueKey))?.key !== issueKey) return state;

  const { runs } = await listEarlierRuns(issueScope(issueKey), RUNS_LOOKED_AT, ledger);
  // People may ask before the run that opened it has ended, and so before it is known as that: it stays one comment.
  const unknown = `merge-request-${iid}-of-${projectId}`;
  const runId = findOpener(runs, iid)?.runId ?? unknown;
  const about = {
    issueKey,
    purpose: 'requested-changes',
    onePer: 'run',
    runId,
    formerRunId: unknown,
    agentId,
  } as const;
  const place = { iid, url: mergeRequest.webUrl };
  if (ending) {
    await editReportComment(jira, { ...about, markdown: formatRequestedChanges({ ...place, by: [], ending }) });
    return state;
  }
  const [reviewers, discussions] = await Promise.all([
    gitlab.listChangeRequesters(projectId, iid),
    gitlab.listDiscussions(projectId, iid),
  ]);
  const accounts = { selfId: self.id, botAuthors: speaker.review.bots.authors };
  const { requests, askedAt } = listChangeRequests(reviewers, discussions, accounts);
  const { runs: others } = await listEarlierRuns(mergeRequestScope(projectId, iid), RUNS_LOOKED_AT, ledger);
  const pushed = [...runs, ...others].find(({ result }) => result?.commitSha === mergeRequest.headSha);
  const markdown = formatRequestedChanges({
    ...place,
    by: requests.map(({ user, byReview, threads }) => ({ name: nameOf(user), byReview, threads })),
    pushedSince: isSince(pushed, askedAt) ? mergeRequest.headSha : undefined,
  });
  if (requests.length > 0) await upsertReportComment(jira, { ...about, markdown });
  else await editReportComment(jira, { ...about, markdown });
  return state;
}

function findEnding({ state }: Pick<MergeRequest, 'state'>): 'merged' | 'closed' | undefined {
  return state === 'merged' || state === 'closed' ? state : undefined;
}

/** The first run: its comment stays the one of the merge request when others follow. */
function findOpener(runs: readonly Run[], iid: number): Run | undefined {
  return runs.findLast(({ task, result }) => task.kind === 'coding' && result?.mergeRequestIid === iid);
}

function isSince(run: Run | undefined, askedAt: number | undefined): boolean {
  return run !== undefined && askedAt !== undefined && run.updatedAt > askedAt;
}

/** People choose their names themselves. */
function nameOf({ name, username }: GitLabUser): string {
  return escapeText(fitText(oneLine(cleanText(name || username)), 100), { insideLink: true });
}
