import type { TimerHandler } from '@azure/functions';

import { type Clock, MINUTE, SECOND } from '../shared/clock.ts';
import { TaskError } from '../shared/errors.ts';
import type { Issue, Jira } from '../shared/jira/jira.ts';
import { searchTriggers } from '../shared/jira/search-triggers.ts';
import { type ConsiderIssueDeps, considerIssue } from '../shared/lifecycle/consider-issue.ts';
import { retractWaiting } from '../shared/lifecycle/retract-waiting.ts';
import type { LiveMapping, MappingView } from '../shared/registry/live-mapping.ts';
import type { Errands } from '../shared/state/errands.ts';
import type { PollerState, PollerStates } from '../shared/state/poller-states.ts';
import { issueScope } from '../shared/tasks/plan-coding.ts';
import type { Log } from '../shared/telemetry/log.ts';

export interface PollJiraDeps extends ConsiderIssueDeps {
  mapping: Pick<LiveMapping, 'current'>;
  jira: Pick<Jira, 'searchIssues'>;
  errands: Pick<Errands, 'want' | 'listDone'>;
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
 * Looks for issues in their trigger with one search over every mapped project, and admits what is new. There is no watermark: an
 * issue that stands in its trigger is work until a run has taken it out, and the dedup key keeps it from starting twice.
 */
export function createPollJira(deps: PollJiraDeps): TimerHandler {
  return async () => {
    const { pollers, clock, log } = deps;
    const state = await pollers.get(JIRA_POLLER);
    if ((state.nextAllowedAt ?? 0) > clock.now()) return;
    try {
      const counts = await poll(deps);
      log.info('poll done', { poller: JIRA_POLLER, ...counts });
      await pollers.put(JIRA_POLLER, { failures: 0, lastSuccessAt: clock.now() });
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      const next = backOff(state, error, clock.now(), deps.retryBaseMs);
      log.warn('poll failed', { poller: JIRA_POLLER, failures: next.failures, error });
      await pollers.put(JIRA_POLLER, next);
    }
  };
}

async function poll(deps: PollJiraDeps) {
  const view = await deps.mapping.current();
  const found = await searchTriggers(deps.jira, [...view.bindings.list], { limit: MAX_ISSUES });
  for (const { jiraProject, reason } of found.refused) {
    deps.log.warn('project not searched', { jiraProject, reason });
    await deps.decisions.record(`jira~${jiraProject}`, 'search-refused', reason);
  }
  for (const { key, reason } of found.unreadable) {
    deps.log.warn('issue not read', { issueKey: key, reason });
    await deps.decisions.record(issueScope(key), 'unreadable', reason);
  }
  if (found.truncated) deps.log.warn('search cut short', { limit: MAX_ISSUES });

  const counts = { issues: found.issues.length, admitted: 0, duplicates: 0, skipped: 0, failed: 0 };
  // One that could not be read or handled may still be blocked.
  const blocked = new Set(found.unreadable.map(({ key }) => key));
  for (const issue of found.issues) {
    const ending = await handle(issue, view, deps);
    counts[ending === 'blocked' ? 'skipped' : ending] += 1;
    if (ending === 'blocked' || ending === 'failed') blocked.add(issue.key);
  }
  const refused = new Set(found.refused.map(({ jiraProject }) => jiraProject));
  const unknown = (project: string) => found.truncated || refused.has(project);
  await retractWaiting({ blocked, unknown }, deps);
  return counts;
}

/** One bad issue never stops the others; a storage outage does, because nothing could be admitted. */
async function handle(issue: Issue, view: MappingView, deps: PollJiraDeps) {
  try {
    const about = { binding: view.bindings.byJira(issue.projectKey), generation: view.generation };
    const verdict = await considerIssue(issue, about, deps);
    if (verdict.kind === 'skipped') return verdict.reason === 'blocked' ? 'blocked' : 'skipped';
    return verdict.kind === 'admitted' ? 'admitted' : 'duplicates';
  } catch (error) {
    if (error instanceof TaskError && error.code === 'storage-unavailable') throw error;
    deps.log.error('issue not admitted', { issueKey: issue.key, error });
    return 'failed';
  }
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
