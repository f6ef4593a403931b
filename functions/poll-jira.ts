import type { TimerHandler } from '@azure/functions';

import { type Clock, MINUTE, SECOND } from '../shared/clock.ts';
import { TaskError } from '../shared/errors.ts';
import type { Issue, Jira } from '../shared/jira/jira.ts';
import { searchTriggers } from '../shared/jira/search-triggers.ts';
import type { Admission } from '../shared/lifecycle/admit-task.ts';
import type { LiveMapping, MappingView } from '../shared/registry/live-mapping.ts';
import type { Decisions } from '../shared/state/decisions.ts';
import type { PollerState, PollerStates } from '../shared/state/poller-states.ts';
import { issueScope, planCoding } from '../shared/tasks/plan-coding.ts';
import type { Task } from '../shared/tasks/task.ts';
import type { Log } from '../shared/telemetry/log.ts';

export interface PollJiraDeps {
  mapping: Pick<LiveMapping, 'current'>;
  jira: Pick<Jira, 'searchIssues'>;
  admit: (task: Task, options: { generation: number }) => Promise<Admission>;
  decisions: Pick<Decisions, 'record'>;
  pollers: Pick<PollerStates, 'get' | 'put'>;
  traceparent: () => string | undefined;
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
      const next = backOff(state, error, clock.now());
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
  for (const issue of found.issues) counts[await handle(issue, view, deps)] += 1;
  return counts;
}

/** One bad issue never stops the others; a storage outage does, because nothing could be admitted. */
async function handle(issue: Issue, view: MappingView, deps: PollJiraDeps) {
  const plan = planCoding(issue, view.bindings.byJira(issue.projectKey), deps.traceparent());
  try {
    if (plan.action === 'skip') {
      await deps.decisions.record(issueScope(issue.key), plan.reason, plan.waitsFor?.join(', '));
      return 'skipped';
    }
    const { kind } = await deps.admit(plan.task, { generation: view.generation });
    return kind === 'admitted' ? 'admitted' : 'duplicates';
  } catch (error) {
    if (error instanceof TaskError && error.code === 'storage-unavailable') throw error;
    deps.log.error('issue not admitted', { issueKey: issue.key, error });
    return 'failed';
  }
}

const BASE_DELAY_MS = 30 * SECOND;
const MAX_DELAY_MS = 5 * MINUTE;

/** Doubles from 30 s to 5 min; a `Retry-After` that is longer wins. */
export function backOff(state: PollerState, error: TaskError, now: number): PollerState {
  const failures = state.failures + 1;
  const delayMs = Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** (failures - 1));
  return {
    ...state,
    failures,
    code: error.code,
    nextAllowedAt: now + Math.max(delayMs, error.retryAfterMs ?? 0),
  };
}
