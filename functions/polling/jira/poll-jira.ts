import type { TimerHandler } from '@azure/functions';
import { searchTriggers } from '../../../shared/adapters/jira/search-triggers.ts';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { Issue, Jira } from '../../../shared/domain/ports/jira.ts';
import type { Outbox } from '../../../shared/domain/ports/outbox.ts';
import type { PollerState, PollerStates } from '../../../shared/domain/ports/poller-states.ts';
import type { Task } from '../../../shared/domain/runs/task.ts';
import { issueScope, isTriggered } from '../../../shared/domain/tasks/plan-coding.ts';
import { type Clock, MINUTE, SECOND } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import { once } from '../../../shared/kernel/once.ts';
import type { LiveMapping } from '../../../shared/services/projects/live-mapping.ts';
import { type AdmitIssueDeps, admitIssue } from '../../../shared/services/runs/admit-issue.ts';
import type { Admission, AdmitOptions } from '../../../shared/services/runs/admit-task.ts';
import { retractWaiting } from '../../../shared/services/runs/retract-waiting.ts';
import {
  type CommentCounts,
  commentsAfter,
  type IngestCommentsDeps,
  ingestComments,
  minutesSince,
} from '../../ingest/jira/ingest-comments.ts';
import { judgeFailure } from '../judge-failure.ts';
import { createSeenItems, type Seen, type SeenItems } from '../seen-items.ts';

export interface PollJiraDeps extends Omit<AdmitIssueDeps, 'admit'> {
  /** With a generation the same task is new again after a reload of the map. */
  admit: (task: Task, options?: AdmitOptions) => Promise<Admission>;
  mapping: Pick<LiveMapping, 'current'>;
  jira: Pick<Jira, 'searchIssues' | 'listComments' | 'getMyself'>;
  /** What comments are judged by. */
  comments: Pick<IngestCommentsDeps, 'ledger' | 'mentionWords'>;
  outbox: Pick<Outbox, 'enqueue' | 'listDone'>;
  pollers: Pick<PollerStates, 'get' | 'put'>;
  /** The wait after a first failure; 30 seconds unless said otherwise. */
  retryBaseMs?: number;
  clock: Clock;
  log: Log;
}

export const JIRA_POLLER = 'jira';

/** Issues looked at in one poll; what does not fit is found by the next one, newest change first. */
const MAX_ISSUES = 1000;

/**
 * Looks for issues in their trigger, and for issues that were changed since the last poll, with one search over every mapped
 * project, and admits what is new: the issues themselves, and the comments that name the agent on an issue it has worked on.
 *
 * What stands in its trigger needs no watermark: it is work until a run has taken it out, and the dedup key keeps it from starting
 * twice. Comments are looked for since the last poll that succeeded, and a poll succeeds only when all of them were taken.
 */
export function createPollJira(deps: PollJiraDeps): TimerHandler {
  const { pollers, clock, log, jira, comments } = deps;
  const seen = createSeenIssues();
  const getMyself = once(() => jira.getMyself());
  const polling = { ...deps, getMyself };
  const taking = { ...comments, jira, getMyself, admit: (task: Task) => deps.admit(task) };
  return async () => {
    const state = await pollers.get(JIRA_POLLER);
    const startedAt = clock.now();
    if ((state.nextAllowedAt ?? 0) > startedAt) return;
    try {
      const after = commentsAfter(state.lastSuccessAt, startedAt);
      const take = after === undefined ? undefined : { after, seen, deps: { ...deps, ...taking } };
      const counts = await poll(polling, take);
      log.info('poll done', { poller: JIRA_POLLER, ...counts });
      await pollers.put(JIRA_POLLER, { failures: 0, lastSuccessAt: startedAt });
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      const next = backOff(state, error, clock.now(), deps.retryBaseMs);
      log.warn('poll failed', { poller: JIRA_POLLER, failures: next.failures, error });
      await pollers.put(JIRA_POLLER, next);
    }
  };
}

/** The part of a poll that looks at comments. */
interface CommentPoll {
  after: number;
  seen: SeenItems<Issue>;
  deps: IngestCommentsDeps;
}

/** @throws {TaskError} the first failure that a later poll may not see again, after the others have had their turn. */
async function poll(deps: PollJiraDeps, comments: CommentPoll | undefined) {
  const { bindings, generation } = await deps.mapping.current();
  const changed = comments ? { changedWithinMinutes: minutesSince(comments.after, deps.clock.now()) } : {};
  const found = await searchTriggers(deps.jira, [...bindings.list], { limit: MAX_ISSUES, ...changed });
  for (const { jiraProject, reason } of found.refused) {
    deps.log.warn('project not searched', { jiraProject, reason });
    await deps.skipLog.record(`jira~${jiraProject}`, 'search-refused', reason);
  }
  for (const { key, reason } of found.unreadable) {
    deps.log.warn('issue not read', { issueKey: key, reason });
    await deps.skipLog.record(issueScope(key), 'unreadable', reason);
  }
  if (found.truncated) deps.log.warn('search cut short', { limit: MAX_ISSUES });

  const counts = { issues: found.issues.length, admitted: 0, duplicates: 0, skipped: 0, failed: 0 };
  // One that could not be read or handled may still be blocked.
  const blocked = new Set(found.unreadable.map(({ key }) => key));
  let failure: TaskError | undefined;
  for (const issue of found.issues) {
    const binding = bindings.byJira(issue.projectKey);
    // Others are here because they were changed.
    if (!binding || isTriggered(issue, binding.trigger)) {
      const ending = await handle(issue, { binding, generation }, deps);
      counts[ending === 'blocked' ? 'skipped' : ending] += 1;
      if (ending === 'blocked' || ending === 'failed') blocked.add(issue.key);
    }
    // After the issue itself: a run that waits reads all comments when it begins.
    if (!comments || !binding || comments.seen.isUnchanged(issue)) continue;
    const taken = await handleComments(issue, binding, comments, deps);
    if (taken instanceof TaskError) failure ??= taken;
    else for (const name of ['admitted', 'duplicates', 'skipped'] as const) counts[name] += taken[name];
  }
  const refused = new Set(found.refused.map(({ jiraProject }) => jiraProject));
  const unknown = (project: string) => found.truncated || refused.has(project);
  await retractWaiting({ blocked, unknown }, deps);
  if (failure) throw failure;
  return counts;
}

/** One bad issue never stops the others; a storage outage does, because nothing could be admitted. */
async function handle(issue: Issue, about: { binding: Binding | undefined; generation: number }, deps: PollJiraDeps) {
  try {
    const verdict = await admitIssue(issue, about, deps);
    if (verdict.kind === 'skipped') return verdict.reason === 'blocked' ? 'blocked' : 'skipped';
    return verdict.kind === 'admitted' ? 'admitted' : 'duplicates';
  } catch (error) {
    if (error instanceof TaskError && error.code === 'storage-unavailable') throw error;
    deps.log.error('issue not admitted', { issueKey: issue.key, error });
    return 'failed';
  }
}

/** Resolves to a failure when the comments have to be looked at again. */
async function handleComments(
  issue: Issue,
  binding: Binding,
  { after, seen, deps: taking }: CommentPoll,
  { clock, skipLog, log }: PollJiraDeps,
): Promise<CommentCounts | TaskError> {
  const readAt = clock.now();
  try {
    const counts = await ingestComments(issue, { binding, after }, taking);
    seen.handled(issue, readAt);
    return counts;
  } catch (error) {
    if (error instanceof TaskError && SERVICE_WIDE_CODES.has(error.code)) throw error;
    const blocking = judgeFailure(error, () => seen.failed(issue));
    log.error('comments not taken', { issueKey: issue.key, givenUp: !blocking, error });
    if (blocking) return blocking;
    await skipLog.record(issueScope(issue.key), 'unreadable', 'its comments');
    return { admitted: 0, duplicates: 0, skipped: 1 };
  }
}

/** Failures that are not about one issue. */
const SERVICE_WIDE_CODES: ReadonlySet<string> = new Set([
  'storage-unavailable',
  'jira-unauthorized',
  'jira-rate-limited',
]);

/** Jira moves `updated` with every comment, so an issue that did not move has no new one. */
function createSeenIssues(): SeenItems<Issue> {
  const isUnchanged = ({ updatedAt }: Issue, seen: Seen | undefined) =>
    seen !== undefined && seen.readAt > 0 && seen.updatedAt === updatedAt;
  return createSeenItems<Issue>({ keyOf: ({ key }) => key, isUnchanged });
}

const BASE_DELAY_MS = 30 * SECOND;
const MAX_DELAY_MS = 5 * MINUTE;

/** Doubles from 30 s to 5 min; a `Retry-After` that is longer wins. */
export function backOff(
  state: PollerState,
  error: TaskError,
  now: number,
  baseMs: number = BASE_DELAY_MS,
): PollerState {
  const failures = state.failures + 1;
  const delayMs = Math.min(MAX_DELAY_MS, baseMs * 2 ** (failures - 1));
  return {
    ...state,
    failures,
    code: error.code,
    nextAllowedAt: now + Math.max(delayMs, error.retryAfterMs ?? 0),
  };
}
