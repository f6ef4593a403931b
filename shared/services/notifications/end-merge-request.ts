import { escapeText } from '../../adapters/jira/adf/escape-markdown.ts';
import type { Binding } from '../../domain/mapping/binding.ts';
import { goesBy } from '../../domain/mapping/goes-by.ts';
import { formatClosed, formatMerged } from '../../domain/messages/format-ticket-note.ts';
import type { GitLab, GitLabUser, MergeRequest } from '../../domain/ports/gitlab.ts';
import type { Issue, Jira } from '../../domain/ports/jira.ts';
import type { Outbox } from '../../domain/ports/outbox.ts';
import type { RunLedger } from '../../domain/ports/run-ledger.ts';
import type { MergeRequestEndedEntry } from '../../domain/runs/outbox-entry.ts';
import { isBudgetWait } from '../../domain/runs/outcome.ts';
import { isFinal, type Run } from '../../domain/runs/run.ts';
import { findTicketOfBranch } from '../../domain/tasks/find-ticket-of-branch.ts';
import { issueScope } from '../../domain/tasks/plan-coding.ts';
import { type MergeRequestEndPlan, planMergeRequestEnd } from '../../domain/tasks/plan-merge-request-end.ts';
import { type Clock, DAY } from '../../kernel/clock.ts';
import { describeError, TaskError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { cleanText } from '../../kernel/text/clean-text.ts';
import { fitText } from '../../kernel/text/fit-text.ts';
import { oneLine } from '../../kernel/text/one-line.ts';
import { moveIssue } from '../issues/move-issue.ts';
import { listEarlierRuns } from '../ledger/list-earlier-runs.ts';
import type { Registry } from '../projects/create-registry.ts';
import { recordEnding } from './record-ending.ts';
import { upsertReportComment } from './report-comment.ts';
import { nameEnding, type TakeToVersionsDeps, takeToVersions } from './take-to-versions.ts';

export interface EndMergeRequestDeps extends Omit<TakeToVersionsDeps, 'jira' | 'gitlab'> {
  jira: Pick<Jira, 'findIssue' | 'listTransitions' | 'transition'> & TakeToVersionsDeps['jira'];
  gitlabFor: (
    credentialRef: string,
  ) => Promise<
    Pick<GitLab, 'findMergeRequest' | 'findOpenMergeRequest' | 'getCurrentUser' | 'listApprovers'> &
      TakeToVersionsDeps['gitlab']
  >;
  mapping: { current(): Promise<{ registry: Pick<Registry, 'listOfProject' | 'status'> }> };
  ledger: Pick<RunLedger, 'listRecent' | 'listEvents' | 'append'>;
  outbox: Pick<Outbox, 'enqueue'>;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/** Enough to find the run that opened the merge request of a ticket with a long history. */
const RUNS_LOOKED_AT = 50;

/**
 * A run that cannot be read is taken to be at work for so long: its ticket must not be moved meanwhile, nor stay for
 * good.
 */
const UNREADABLE_MAY_WORK_MS = DAY;

/**
 * Looks after the ticket of a merge request that was merged or closed: status, then one comment per merge request and
 * ending. Who merged, reviewed and approved it is kept with the run that opened it as well, and where the binding says
 * so, the change is taken over to the branches of its fix versions. Everything is read again
 * first. Only merge requests of this repository's own branches count, and only those we opened: the account is ours, or
 * a run of the ticket says so. Safe to repeat. `later`: while a run of the ticket is at work nothing can be decided.
 * @throws {TaskError} `binding-quarantined`, `gitlab-*`, `jira-*`, `storage-*`.
 */
export async function endMergeRequest(
  { projectId, iid }: MergeRequestEndedEntry,
  deps: EndMergeRequestDeps,
): Promise<'done' | 'reschedule'> {
  const { jira, ledger, agentId, clock, log } = deps;
  const bindings = await listBindings(projectId, deps);
  const [first] = bindings;
  const ignore = (reason: string) => {
    log.info('ended merge request ignored', { projectId, iid, reason });
    return 'done' as const;
  };
  if (!first) return ignore('unbound-project');

  const gitlab = await deps.gitlabFor(first.credentialRef);
  const [self, mergeRequest] = await Promise.all([gitlab.getCurrentUser(), gitlab.findMergeRequest(projectId, iid)]);
  const ticket = mergeRequest && isOwnBranch(mergeRequest) && findTicketOfBranch(mergeRequest.sourceBranch, bindings);
  if (!ticket) return ignore('not-our-branch');

  const { issueKey, binding } = ticket;
  const { runs, unreadable } = await listEarlierRuns(issueScope(issueKey), RUNS_LOOKED_AT, ledger);
  const opener = runs.find((run) => hasOpened(run, mergeRequest, bindings));
  if (mergeRequest.author.id !== self.id && !opener) return ignore('not-our-merge-request');

  const record = async (purpose: 'merged' | 'closed') => {
    const approvers = purpose === 'merged' ? await gitlab.listApprovers(projectId, iid) : [];
    if (opener) await recordEnding(opener.runId, { mergeRequest, purpose, approvers }, { ledger });
    return approvers;
  };
  const issue = await jira.findIssue(issueKey);
  if (!issue) {
    if (mergeRequest.state === 'merged') await record('merged');
    return ignore('issue-gone');
  }
  const mayWork = (createdAt: number) => createdAt > clock.now() - UNREADABLE_MAY_WORK_MS;
  const hasOpenRun = runs.some(isAtWorkSoon) || unreadable.some(mayWork);
  const next = await gitlab.findOpenMergeRequest(projectId, mergeRequest.sourceBranch);
  const facts = { hasOpenRun, hasOpenMergeRequest: next !== undefined };
  const plan = planMergeRequestEnd(mergeRequest, issue, binding, facts);
  if (plan.action === 'reschedule') return 'reschedule';
  if (plan.action === 'skip') return ignore(plan.reason);

  const backPort = async () => {
    const change = { mergeRequest, opener, issue, issueKey, binding };
    if ((await takeToVersions(change, { ...deps, gitlab })) !== 'under-way') return;
    const comment = { issueKey, runId: nameEnding(mergeRequest, opener).runId };
    await deps.outbox.enqueue({ kind: 'back-ports-begun', projectId, iid, comment });
  };
  if (plan.action === 'record') {
    await record(plan.purpose);
    await backPort();
    return 'done';
  }
  const problem =
    plan.moveTo === undefined ? undefined : await move({ issueKey, issue, targetStatus: plan.moveTo }, jira);
  const approvers = await record(plan.purpose);
  const markdown = format(mergeRequest, { ...plan, approvers, problem });
  const ending = nameEnding(mergeRequest, opener);
  await upsertReportComment(jira, { issueKey, purpose: plan.purpose, onePer: 'run', ...ending, agentId, markdown });
  if (plan.purpose === 'merged') await backPort();
  return 'done';
}

/** @throws {TaskError} `binding-quarantined` when it may be one of those that cannot be reached. */
export async function listBindings(
  projectId: number,
  { mapping }: Pick<EndMergeRequestDeps, 'mapping'>,
): Promise<Binding[]> {
  const { registry } = await mapping.current();
  const entries = await registry.listOfProject(projectId);
  const bindings = entries.filter(({ state }) => state === 'ready').map(({ binding }) => binding);
  const mayComeBack = () => registry.status().some(({ state }) => state === 'quarantined');
  if (bindings.length === 0 && mayComeBack()) throw new TaskError('binding-quarantined');
  return bindings;
}

/** One that waits for the next day or month is not waited for: the ticket would say nothing of the merge for weeks. */
function isAtWorkSoon({ state, parkedReason }: Run): boolean {
  return !isFinal(state) && !(state === 'parked' && isBudgetWait(parkedReason));
}

/** A fork may have a branch of any name. */
function isOwnBranch({ projectId, sourceProjectId, targetProjectId }: MergeRequest): boolean {
  return sourceProjectId === projectId && targetProjectId === projectId;
}

/** The run of the ticket that opened it; `undefined` where none did, or it is kept no longer. */
export async function findOpener(
  { mergeRequest, issueKey, bindings }: { mergeRequest: MergeRequest; issueKey: string; bindings: readonly Binding[] },
  { ledger }: Pick<EndMergeRequestDeps, 'ledger'>,
): Promise<Run | undefined> {
  const { runs } = await listEarlierRuns(issueScope(issueKey), RUNS_LOOKED_AT, ledger);
  return runs.find((run) => hasOpened(run, mergeRequest, bindings));
}

/**
 * By its number, which counts in each repository anew: a run of another route has opened one of another repository,
 * unless it is the one by its address. `bindings` are those of the repository.
 */
function hasOpened({ task, result }: Run, { iid, webUrl }: MergeRequest, bindings: readonly Binding[]): boolean {
  if (task.kind !== 'coding' || result?.mergeRequestIid !== iid) return false;
  const isHere = (binding: Binding) => binding.jiraProject === task.jiraProject && goesBy(task, binding);
  return bindings.some(isHere) || result.mergeRequestUrl === webUrl;
}

/**
 * The merge is a fact, so what Jira refuses is reported and stops nothing. Resolves to why the ticket stays where it
 * is. Jira answers for the key an issue had before it was moved to another project, too.
 */
async function move(
  { issueKey, issue, targetStatus }: { issueKey: string; issue: Issue; targetStatus: string },
  jira: EndMergeRequestDeps['jira'],
): Promise<string | undefined> {
  if (issue.key !== issueKey) return 'it stands in another project now, where its status is left alone.';
  try {
    await moveIssue(jira, { issueKey, targetStatus });
    return undefined;
  } catch (error) {
    const problem = describeRefusal(error);
    if (problem === undefined) throw error;
    return problem;
  }
}

/** Why the ticket stays where it is, for people; `undefined` for what may pass by itself or with a new token. */
function describeRefusal(error: unknown): string | undefined {
  if (!(error instanceof TaskError)) return undefined;
  const { code, detail = '' } = error;
  if (code === 'transition-unavailable') return detail;
  if (code !== 'jira-refused' && code !== 'jira-forbidden') return undefined;
  return `${describeError(code).sentence} ${escapeText(cleanText(detail))}`.trim();
}

type MergeRequestNotification = Extract<MergeRequestEndPlan, { action: 'notify' }>;

function format(
  mergeRequest: MergeRequest,
  {
    purpose,
    asksForMore,
    approvers,
    problem,
  }: MergeRequestNotification & { approvers: readonly GitLabUser[]; problem: string | undefined },
): string {
  const { iid, webUrl: url, mergeUser, mergedBy, reviewers } = mergeRequest;
  if (purpose === 'closed') return formatClosed({ iid, url, asksForMore });
  const merger = mergeUser ?? mergedBy;
  return formatMerged({
    iid,
    url,
    asksForMore,
    reviewers: reviewers.map(nameOf),
    approvedBy: approvers.map(nameOf),
    ...(merger ? { mergedBy: nameOf(merger) } : {}),
    ...(problem === undefined ? {} : { problem }),
  });
}

/** People choose their names themselves. */
function nameOf({ name, username }: GitLabUser): string {
  return escapeText(fitText(oneLine(cleanText(name || username)), 100), { insideLink: true });
}
