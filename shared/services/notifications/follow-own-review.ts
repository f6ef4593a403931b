import { escapeText } from '../../adapters/jira/adf/escape-markdown.ts';
import type { Binding } from '../../domain/mapping/binding.ts';
import { formatOwnReview } from '../../domain/messages/format-own-review.ts';
import type { GitLab, MergeRequest } from '../../domain/ports/gitlab.ts';
import type { RunLedger } from '../../domain/ports/run-ledger.ts';
import type { SkipLog } from '../../domain/ports/skip-log.ts';
import type { OwnReviewDueEntry } from '../../domain/runs/outbox-entry.ts';
import { ASKED_EVENT, findOwedReviewers } from '../../domain/runs/reviewers-event.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { Task } from '../../domain/runs/task.ts';
import { buildFindingsTask, mergeRequestScope } from '../../domain/tasks/build-task.ts';
import { findTicketOfBranch } from '../../domain/tasks/find-ticket-of-branch.ts';
import { issueScope } from '../../domain/tasks/plan-coding.ts';
import { type OwnReviewStep, planOwnReview } from '../../domain/tasks/plan-own-review.ts';
import { isOwnMergeRequest } from '../../domain/tasks/plan-target-merge.ts';
import type { Clock } from '../../kernel/clock.ts';
import { isRefusal, TaskError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { type Tolerance, tolerate } from '../../kernel/tolerate.ts';
import { listEarlierRuns } from '../ledger/list-earlier-runs.ts';
import { type EndMergeRequestDeps, listBindings } from './end-merge-request.ts';
import { editReportComment, type ReportingJira, upsertReportComment } from './report-comment.ts';

export interface FollowOwnReviewDeps extends Pick<EndMergeRequestDeps, 'mapping'> {
  jira: ReportingJira;
  gitlabFor: (
    credentialRef: string,
  ) => Promise<Pick<GitLab, 'findMergeRequest' | 'getCurrentUser' | 'listDiscussions' | 'updateMergeRequest'>>;
  ledger: Pick<RunLedger, 'listRecent' | 'listEvents' | 'append'>;
  skipLog: Pick<SkipLog, 'record'>;
  /** Turns a task into one run, however often it is seen. */
  admitTask: (task: Task) => Promise<unknown>;
  agentId: string;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/** Enough for a ticket with a long history. */
const RUNS_LOOKED_AT = 50;

/**
 * Leads a merge request of the agent to people: once its own review has looked at it, the agent mends what that found,
 * in one run and once for each delivery; when the review has looked again, or as soon as anything keeps it from that,
 * the reviewers of the binding are asked, once. The ticket says so in one comment where a round was begun. Each look
 * decides anew from GitLab and the ledger, so it may be killed anywhere. A ticket that takes no comment costs
 * nothing else. `reschedule`: there is more to come.
 * @throws {TaskError} `binding-quarantined`, `gitlab-*`, `storage-*`; `jira-*` where the last comment may come later.
 */
export async function followOwnReview(
  { projectId, iid }: OwnReviewDueEntry,
  deps: FollowOwnReviewDeps,
): Promise<'done' | 'reschedule'> {
  const bindings = await listBindings(projectId, deps);
  const [speaker] = bindings;
  if (!speaker) return 'done';
  const gitlab = await deps.gitlabFor(speaker.credentialRef);
  const [self, mergeRequest] = await Promise.all([gitlab.getCurrentUser(), gitlab.findMergeRequest(projectId, iid)]);
  const ticket = mergeRequest && findTicketOfBranch(mergeRequest.sourceBranch, bindings);
  if (!ticket || !isOwnMergeRequest(mergeRequest, { self, bindings })) return 'done';
  const ofTicket = await listEarlierRuns(issueScope(ticket.issueKey), RUNS_LOOKED_AT, deps.ledger);
  const ofMergeRequest = await listEarlierRuns(mergeRequestScope(projectId, iid), RUNS_LOOKED_AT, deps.ledger);
  const step = planOwnReview({
    now: deps.clock.now(),
    mergeRequest,
    review: speaker.mode === 'live' ? speaker.review : { ...speaker.review, enabled: false },
    selfId: self.id,
    ofTicket: ofTicket.runs,
    ofMergeRequest: ofMergeRequest.runs,
    unreadable: [...ofTicket.unreadable, ...ofMergeRequest.unreadable],
    discussions: await gitlab.listDiscussions(projectId, iid),
  });
  const about = { mergeRequest, issueKey: ticket.issueKey, runs: ofTicket.runs, speaker };
  return take(step, about, { ...deps, gitlab });
}

interface About {
  mergeRequest: MergeRequest;
  issueKey: string;
  /** Of the ticket, newest first. */
  runs: readonly Run[];
  /** The binding that speaks for the repository. */
  speaker: Pick<Binding, 'credentialRef' | 'image'>;
}

type Deps = FollowOwnReviewDeps & { gitlab: Awaited<ReturnType<FollowOwnReviewDeps['gitlabFor']>> };

async function take(step: OwnReviewStep, about: About, deps: Deps): Promise<'done' | 'reschedule'> {
  const { mergeRequest, speaker } = about;
  switch (step.action) {
    case 'drop':
      return 'done';
    case 'wait':
      return 'reschedule';
    case 'fix': {
      const { projectId, iid: mergeRequestIid, headSha } = mergeRequest;
      const { credentialRef, image } = speaker;
      const note: Said = { state: 'under-way', findings: step.findings, reviewers: [] };
      // What is said at the end says this as well, so that the work does not wait for Jira.
      const isTolerable = (error: unknown) => error instanceof TaskError;
      await tellTicket(() => sayOnTicket(note, about, deps), about, { ...deps, isTolerable });
      await deps.admitTask(buildFindingsTask({ projectId, mergeRequestIid, headSha, credentialRef, image }));
      return 'reschedule';
    }
    case 'ask':
      await askPeople(step, about, deps);
      return 'done';
  }
}

async function askPeople(
  { why, findings, round }: Extract<OwnReviewStep, { action: 'ask' }>,
  about: About,
  deps: Deps,
): Promise<void> {
  const { projectId, iid } = about.mergeRequest;
  const reviewers = await askReviewers(about, deps);
  const note = { state: why, findings, reviewers, commitSha: round?.result?.commitSha };
  // Where no round was begun the ticket has been promised nothing.
  await tellTicket(() => (round ? sayOnTicket(note, about, deps) : endPromise(note, about, deps)), about, deps);
  if (!QUIET.has(why)) await deps.skipLog.record(mergeRequestScope(projectId, iid), `own-review-${why}`);
}

/** Nothing that people would ask about. */
const QUIET: ReadonlySet<string> = new Set(['nothing-found', 'fixed', 'off']);

/**
 * Asks those whom the run that opened the merge request has found, once: people who are asked already stay, and whom a
 * person takes off afterwards stays off. Resolves with their usernames.
 */
async function askReviewers({ mergeRequest, runs }: About, deps: Deps): Promise<string[]> {
  const { gitlab, ledger, clock, log } = deps;
  const { projectId, iid } = mergeRequest;
  // One that has failed after it opened the merge request has no result, and has found them all the same.
  const mayHaveOpened = ({ result }: Run) => result === undefined || result.mergeRequestIid === iid;
  for (const { runId } of runs.filter(mayHaveOpened).toReversed()) {
    const events = await ledger.listEvents(runId, 0, () => {});
    const owed = findOwedReviewers(events, iid);
    if (!owed) continue;
    const refused = { log, event: 'reviewers not asked', fields: { projectId, iid } };
    let asked = mergeRequest.reviewers;
    const ask = async () => {
      asked = (await gitlab.updateMergeRequest(projectId, iid, { reviewerIds: owed })).reviewers;
    };
    if (asked.length === 0) await tolerate(ask, refused);
    await ledger.append({ runId, at: clock.now(), name: ASKED_EVENT, fields: { iid, asked: asked.length } });
    return asked.map(({ username }) => username);
  }
  return [];
}

/** A ticket that is gone, or that takes no comment, keeps no merge request from its reviewers. */
async function tellTicket(
  say: () => Promise<void>,
  { issueKey }: About,
  { log, isTolerable = isRefusal }: Pick<Deps, 'log'> & Pick<Tolerance, 'isTolerable'>,
): Promise<void> {
  await tolerate(say, { log, event: 'own review not on the ticket', fields: { issueKey }, isTolerable });
}

type Said = Omit<Parameters<typeof formatOwnReview>[0], 'iid' | 'url'>;

async function sayOnTicket(said: Said, about: About, deps: Deps): Promise<void> {
  await upsertReportComment(deps.jira, buildReport(said, about, deps));
}

/** A round that was announced and gave way before it did anything. */
async function endPromise(said: Said, about: About, deps: Deps): Promise<void> {
  await editReportComment(deps.jira, buildReport(said, about, deps));
}

function buildReport(
  { reviewers, ...said }: Said,
  { mergeRequest: { projectId, iid, webUrl }, issueKey, runs }: About,
  { agentId }: Pick<Deps, 'agentId'>,
) {
  const delivery = runs.find(({ result }) => result?.mergeRequestIid === iid);
  const runId = delivery?.runId ?? `merge-request-${iid}-of-${projectId}`;
  const names = reviewers.map((name) => escapeText(name, { insideLink: true }));
  const markdown = formatOwnReview({ ...said, iid, url: webUrl, reviewers: names });
  return { issueKey, purpose: 'own-review', onePer: 'run' as const, runId, agentId, markdown };
}
