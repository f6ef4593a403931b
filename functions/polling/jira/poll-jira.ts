import type { TimerHandler } from '@azure/functions';
import {
  searchChanges,
  searchTriggers,
  type TriggerSearchResult,
} from '../../../shared/adapters/jira/search-triggers.ts';
import { hasJiraProject, type JiraBinding } from '../../../shared/domain/mapping/binding.ts';
import type { Issue, IssueSearchOptions, Jira } from '../../../shared/domain/ports/jira.ts';
import type { Outbox } from '../../../shared/domain/ports/outbox.ts';
import { RouteProblem } from '../../../shared/domain/runs/route-problem.ts';
import { jiraProjectSubject } from '../../../shared/domain/runs/subjects.ts';
import { isRouted } from '../../../shared/domain/tasks/choose-route.ts';
import { issueScope, isTriggered } from '../../../shared/domain/tasks/plan-coding.ts';
import { MINUTE, SECOND } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { once } from '../../../shared/kernel/once.ts';
import type { LiveMapping } from '../../../shared/services/projects/live-mapping.ts';
import { type AdmitIssueDeps, admitIssue, type IssueContext } from '../../../shared/services/runs/admit-issue.ts';
import { retractWaiting } from '../../../shared/services/runs/retract-waiting.ts';
import type { Admit } from '../../ingest/create-admit.ts';
import {
  type CommentCounts,
  commentsAfter,
  type IngestCommentsDeps,
  ingestComments,
  minutesSince,
} from '../../ingest/jira/ingest-comments.ts';
import { findBlockingFailure } from '../find-blocking-failure.ts';
import { JIRA_POLLER } from '../poller-names.ts';
import { type PollerDeps, type PollResult, runPoller } from '../run-poller.ts';
import { createSeenItems, type Seen, type SeenItems } from '../seen-items.ts';
import { type BrokenChangelogs, createBrokenChangelogs } from './broken-changelogs.ts';
import { rememberAdmissions } from './remember-admissions.ts';
import { rememberEnqueued } from './remember-enqueued.ts';

export interface PollJiraDeps extends Omit<AdmitIssueDeps, 'admit' | 'clock'>, PollerDeps {
  admit: Admit;
  mapping: Pick<LiveMapping, 'current'>;
  jira: Pick<Jira, 'searchIssues' | 'listComments' | 'getMyself'>;
  ledger: IngestCommentsDeps['ledger'];
  /** What addresses the agent in a comment besides a mention of its account: `/copilot`, `@cmap`. */
  mentionWords: readonly string[];
  outbox: Pick<Outbox, 'enqueue' | 'listDone'>;
}

/** Issues looked at in one poll; what does not fit is found by the next one, newest change first. */
const MAX_ISSUES = 1000;

/** Of one poll whose first answer was cut short: changes of a day on a large site, in the time of the function. */
const MAX_FURTHER_SEARCHES = 10;

/** Three that hang must leave time for the rest of the function's ten minutes. */
const CHANGELOG_TIMEOUT_MS = 30 * SECOND;

/** One issue whose comments fail has a problem of its own; several in a row mean that Jira has one. */
const MAX_FAILURES_IN_A_ROW = 3;

/**
 * Looks for issues in their trigger, and for issues that were changed since the last poll, with one search over every
 * mapped project, and admits what is new: the issues themselves, and the comments that name the agent on an issue it
 * has worked on.
 *
 * What stands in its trigger needs no watermark: it is work until a run has taken it out, and the dedup key keeps it
 * from starting twice; while it stands there unchanged, storage is asked nothing about it. Comments are looked for
 * since the last poll that succeeded, and a poll succeeds only when all of them were ingested.
 */
export function createPollJira(deps: PollJiraDeps): TimerHandler {
  const seen = createSeenIssues();
  const broken = createBrokenChangelogs(deps.clock);
  const { jira } = deps;
  const ingest = { ...deps, getMyself: once(() => jira.getMyself()) };
  const { enqueue } = rememberEnqueued(deps.outbox, deps.clock);
  const repeated = {
    ...ingest,
    admit: rememberAdmissions(deps.admit, deps.clock),
    outbox: { ...deps.outbox, enqueue },
  };
  const routed: Memory['routed'] = { generation: undefined };
  return () =>
    runPoller(
      JIRA_POLLER,
      ({ startedAt, lastSuccessAt }) => {
        const after = commentsAfter(lastSuccessAt, startedAt);
        const comments = after === undefined ? undefined : { after, seen, deps: ingest };
        return poll(repeated, { broken, comments, routed });
      },
      deps,
    );
}

/** What one instance remembers between two polls; all of it may be lost. */
interface Memory {
  broken: BrokenChangelogs;
  comments: CommentPoll | undefined;
  /** The map whose routes the notes of tickets that fit none were last compared with. */
  routed: { generation: number | undefined };
}

/** The part of a poll that looks at comments. */
interface CommentPoll {
  after: number;
  seen: SeenItems<Issue>;
  deps: IngestCommentsDeps;
}

/** @throws {TaskError} the first failure that a later poll may not see again, after the others were handled. */
async function poll(deps: PollJiraDeps, { broken, comments, routed }: Memory): Promise<PollResult> {
  const { bindings, generation, reloadedAt, hasEarlierRuns } = await deps.mapping.current();
  const changed = comments ? { changedWithinMinutes: minutesSince(comments.after, deps.clock.now()) } : {};
  const changelogs = { isResting: broken.isResting, timeoutMs: CHANGELOG_TIMEOUT_MS };
  const options = { limit: MAX_ISSUES, changelogs };
  const found = await searchTriggers(deps.jira, [...bindings.projects], { ...options, ...changed });
  const unread = await reportUnseen(found, broken, deps);
  const refused = new Set(found.refused.map(({ jiraProject }) => jiraProject));
  const strangers = new Set(found.issues.map(({ projectKey }) => projectKey).filter((key) => !bindings.byJira(key)));
  await reportChangedKeys(strangers, deps);
  const [first] = found.refused;
  if (first && refused.size === bindings.projects.length)
    throw new TaskError('jira-refused', { detail: `the search of every project: ${first.reason}` });
  const counts = { issues: found.issues.length, admitted: 0, duplicates: 0, skipped: 0, failed: 0 };
  // One that could not be read or handled may still be blocked.
  const blocked = new Set(found.unreadable.map(({ key }) => key));
  const unrouted = new Set(blocked);
  let failure = unread;
  let failuresInARow = 0;
  const readComments = async (issue: Issue) => {
    const binding = bindings.byJira(issue.projectKey);
    if (!comments || !binding || comments.seen.isUnchanged(issue)) return;
    // The poll has failed; what stands in its trigger is still admitted.
    if (failuresInARow >= MAX_FAILURES_IN_A_ROW) return;
    const result = await handleComments(issue, { binding, routed: bindings.ofJira(issue.projectKey) }, comments, deps);
    failuresInARow = result instanceof TaskError ? failuresInARow + 1 : 0;
    if (result instanceof TaskError) failure ??= result;
    else for (const name of ['admitted', 'duplicates', 'skipped'] as const) counts[name] += result[name];
  };
  for (const issue of found.issues) {
    const binding = bindings.byJira(issue.projectKey);
    const routed = bindings.ofJira(issue.projectKey);
    // Others are here because they were changed.
    if (!binding || isTriggered(issue, binding.trigger)) {
      const ending = await handle(issue, { binding, routed, reloadedAt, hasEarlierRuns }, deps);
      counts[ending === 'blocked' || ending === 'unrouted' ? 'skipped' : ending] += 1;
      if (ending === 'blocked' || ending === 'failed') blocked.add(issue.key);
      if (ending === 'unrouted' || ending === 'failed') unrouted.add(issue.key);
    }
    // After the issue itself: a run that waits reads all comments when it begins.
    await readComments(issue);
  }
  if (comments && found.reachedAt !== undefined) {
    const projects = bindings.projects.map(({ jiraProject }) => jiraProject).filter((key) => !refused.has(key));
    const rest = { projects, from: comments.after, reachedAt: found.reachedAt, options };
    for await (const older of listOlderChanges(rest, deps)) {
      const unreadHere = await reportUnseen({ ...older, truncated: false }, broken, deps);
      failure ??= unreadHere;
      for (const issue of older.issues) await readComments(issue);
    }
  }
  const unknown = (project: string) => found.truncated || refused.has(project);
  // The map before may have had routes, and tickets that fitted none.
  const mayBeTold = routed.generation !== generation || isRouted(bindings.list.filter(hasJiraProject));
  await retractWaiting({ blocked, unknown, ...(mayBeTold ? { unrouted } : {}) }, deps);
  routed.generation = generation;
  if (failure) throw failure;
  return { counts, refused: [...refused, ...strangers] };
}

interface OlderChanges {
  projects: string[];
  from: number;
  reachedAt: number;
  options: IssueSearchOptions;
}

/**
 * Answers with what was changed from `from` on and before `reachedAt`, where a search was cut short, newest first: the
 * next poll looks for later changes only. Each search begins at the last change of the one before.
 */
async function* listOlderChanges(
  { projects, from, reachedAt, options }: OlderChanges,
  { jira, clock, log }: Pick<PollJiraDeps, 'jira' | 'clock' | 'log'>,
): AsyncGenerator<TriggerSearchResult> {
  let reached = reachedAt;
  let before = -1;
  for (let searches = 0; reached > from; searches += 1) {
    const now = clock.now();
    const wanted = Math.floor((now - reached) / MINUTE) - 1;
    const isLeft = searches >= MAX_FURTHER_SEARCHES;
    // A minute is the smallest span of JQL; one of more changes than an answer holds is passed.
    if (isLeft || wanted <= before) log.warn('older changes not looked for', { poller: JIRA_POLLER, before: reached });
    if (isLeft) return;
    const until = Math.max(before + 1, wanted);
    const found = await searchChanges(jira, projects, { within: minutesSince(from, now), until }, options);
    yield found;
    if (found.reachedAt === undefined) return;
    before = until;
    reached = Math.min(reached, found.reachedAt);
  }
}

/**
 * Logs and records what the search could not show: whole projects, single issues, and the rest of a long answer.
 * Resolves to the failure of an issue that has to be looked at again.
 */
async function reportUnseen(
  found: TriggerSearchResult,
  broken: BrokenChangelogs,
  { skipLog, log }: PollJiraDeps,
): Promise<TaskError | undefined> {
  for (const { jiraProject, reason } of found.refused) {
    log.warn('project not searched', { jiraProject, reason });
    await skipLog.record(jiraProjectSubject(jiraProject), 'search-refused', reason);
  }
  let failure: TaskError | undefined;
  for (const { key, reason, now } of found.unreadable) {
    const blocking = now && findBlockingFailure(now.error, () => now.asked && broken.failed({ key, ...now }));
    failure ??= blocking;
    // Jira itself is at fault where it was not even asked: that is told once, as the failure of the poll.
    if (now?.asked === false) continue;
    log.warn('issue not read', { issueKey: key, reason, ...(now ? { givenUp: !blocking } : {}) });
    await skipLog.record(issueScope(key), 'unreadable', reason);
  }
  if (found.truncated) log.warn('search cut short', { limit: MAX_ISSUES });
  return failure;
}

/**
 * Jira finds a project also by the key it had before, and answers with issues of the new one, which no binding names:
 * nothing would start there, and nothing would say so.
 * Source: https://confluence.atlassian.com/adminjiraserver0917/editing-a-project-key-1431246064.html
 */
async function reportChangedKeys(keys: ReadonlySet<string>, { skipLog, log }: PollJiraDeps): Promise<void> {
  for (const jiraProject of keys) {
    log.warn('project key changed', { jiraProject });
    await skipLog.record(jiraProjectSubject(jiraProject), 'key-changed');
  }
}

/** One bad issue never stops the others; a storage outage does, because nothing could be admitted. */
async function handle(issue: Issue, about: IssueContext, deps: PollJiraDeps) {
  try {
    const result = await admitIssue(issue, about, deps);
    if (result.kind === 'skipped') return describeSkip(result.reason);
    return result.kind === 'admitted' ? 'admitted' : 'duplicates';
  } catch (error) {
    if (error instanceof TaskError && error.code === 'storage-unavailable') throw error;
    deps.log.error('issue not admitted', { issueKey: issue.key, error });
    return 'failed';
  }
}

/** What is said on the ticket is taken back when it is no longer so. */
function describeSkip(reason: string): 'blocked' | 'unrouted' | 'skipped' {
  if (RouteProblem.safeParse(reason).success) return 'unrouted';
  return reason === 'blocked' ? 'blocked' : 'skipped';
}

/** Resolves to a failure when the comments have to be looked at again. */
async function handleComments(
  issue: Issue,
  about: { binding: JiraBinding; routed: readonly JiraBinding[] },
  { after, seen, deps: ingest }: CommentPoll,
  { clock, skipLog, log }: PollJiraDeps,
): Promise<CommentCounts | TaskError> {
  const readAt = clock.now();
  try {
    const counts = await ingestComments(issue, { ...about, after }, ingest);
    seen.handled(issue, readAt);
    return counts;
  } catch (error) {
    if (error instanceof TaskError && SERVICE_WIDE_CODES.has(error.code)) throw error;
    const blocking = findBlockingFailure(error, () => seen.failed(issue));
    log.error('comments not ingested', { issueKey: issue.key, givenUp: !blocking, error });
    if (blocking) return blocking;
    await skipLog.record(issueScope(issue.key), 'unreadable', 'its comments');
    return { admitted: 0, duplicates: 0, skipped: 1 };
  }
}

/** Failures that are not about one issue. */
const SERVICE_WIDE_CODES: ReadonlySet<string> = new Set([
  'storage-unavailable',
  'jira-unauthorized',
  'jira-sign-in-refused',
  'jira-sign-in-failed',
  'jira-rate-limited',
]);

/** Jira moves `updated` with every comment, so an issue that did not move has no new one. */
function createSeenIssues(): SeenItems<Issue> {
  const isUnchanged = ({ updatedAt }: Issue, seen: Seen | undefined) =>
    seen !== undefined && seen.readAt > 0 && seen.updatedAt === updatedAt;
  return createSeenItems<Issue>({ keyOf: ({ key }) => key, isUnchanged });
}
