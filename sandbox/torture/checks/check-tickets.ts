import { isFinal, type Run } from '../../../shared/domain/runs/run.ts';
import { ADA, AGENT } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Facts, TriggerEntry } from '../facts/read-facts.ts';
import { findRepeated, type Violation } from './violation.ts';

/**
 * Each time a ticket came into its trigger, exactly one run did something about it, and the ticket says how that ended,
 * once.
 */
export function checkTickets(facts: Facts, torture: TortureEnvironment): Violation[] {
  const violations: Violation[] = [];
  for (const entry of facts.entries) violations.push(...checkEntry(entry, facts, torture));
  for (const { key, items } of findRepeated(facts.reports, ({ issueKey, purpose, runId }) =>
    [issueKey, purpose, runId].join(' '),
  )) {
    violations.push({ kind: 'duplicate', what: `${items.length} comments for one run: ${key}`, ids: key.split(' ') });
  }
  for (const run of facts.runs)
    if (run.task.kind === 'coding') violations.push(...checkReport(run, run.task.issueKey, facts));
  for (const { issueKey, marker, at } of torture.comments)
    violations.push(...checkComment({ issueKey, marker, at }, facts, torture));
  for (const key of torture.environment.jira.issueKeys) violations.push(...checkStatus(key, facts, torture));
  return violations;
}

function checkEntry(
  entry: TriggerEntry,
  { runs, sessionAt }: Facts,
  { environment: { jira } }: TortureEnvironment,
): Violation[] {
  const { issueKey, revision, withdrawn } = entry;
  const taskId = `coding~${issueKey}~${revision}`;
  const own = runs.filter(({ task }) => task.id === taskId);
  const ids = [issueKey, ...own.map(({ runId }) => runId)];
  const worked = own.filter(({ state }) => state === 'done');
  const failed = own.filter(({ state }) => state === 'failed');
  if (worked.length > 1) return [{ kind: 'duplicate', what: `${taskId} was done ${worked.length} times`, ids }];
  // A failed run that never took the ticket out of its trigger starts again when the map is reloaded, and only then.
  const began = worked[0]?.createdAt ?? Number.POSITIVE_INFINITY;
  if (failed.some(({ updatedAt }) => updatedAt > began))
    return [{ kind: 'duplicate', what: `${taskId} was done and failed`, ids }];
  if (worked.length + failed.length > 0 || withdrawn) return [];
  // A run that began later has read everything that was said until then, so it answers this hand-over too.
  const answered = runs.some(
    ({ runId, task, state }) =>
      task.scope === `issue~${issueKey}` &&
      isFinal(state) &&
      state !== 'superseded' &&
      (sessionAt.get(runId) ?? 0) > entry.at,
  );
  if (answered) return [];
  const isBlocked = jira.issue(issueKey).blockedBy.some((key) => jira.issue(key).status.category !== 'done');
  if (isBlocked && own.length === 0) return [];
  const states = own.map(({ state, detail }) => `${state}${detail ? ` (${detail})` : ''}`).join(', ');
  return [{ kind: 'loss', what: `${taskId} came to nothing: ${states || 'no run'}`, ids }];
}

const PROGRESS = 'The agent is working on this issue';

function checkReport(run: Run, issueKey: string, { reports }: Facts): Violation[] {
  const { runId, state, task, result } = run;
  const ids = [runId, issueKey];
  const own = reports.filter((report) => report.runId === runId && report.purpose === 'report');
  const text = own[0]?.text;
  if (text?.includes(PROGRESS) && isFinal(state))
    return [{ kind: 'stuck', what: `${task.id} is ${state}, and its comment still says that the agent works`, ids }];
  if ((state === 'done' || state === 'failed') && text === undefined)
    return [{ kind: 'loss', what: `${task.id} is ${state} and the ticket does not say so`, ids }];
  if (state === 'failed' && text !== undefined && !text.includes('The agent stopped'))
    return [{ kind: 'loss', what: `${task.id} failed and the ticket says something else`, ids }];
  if (state === 'done' && result?.what === 'merge-request' && !text?.includes(`!${result.mergeRequestIid}`))
    return [
      { kind: 'loss', what: `${task.id} opened !${result.mergeRequestIid} and the ticket does not name it`, ids },
    ];
  return [];
}

/**
 * What a person wrote on a ticket has to reach the agent, unless its run failed and the ticket says so, or the ticket
 * is done.
 */
function checkComment(
  { issueKey, marker, at }: TortureEnvironment['comments'][number],
  { runs, receivedMarkers }: Facts,
  { environment: { jira } }: TortureEnvironment,
): Violation[] {
  if (receivedMarkers.has(marker) || jira.issue(issueKey).status.category === 'done') return [];
  const later = runs.filter(({ task, updatedAt }) => task.scope === `issue~${issueKey}` && updatedAt >= at);
  const wasWithdrawn = jira
    .issue(issueKey)
    .changes.some(
      (change) => change.at >= at && change.authorId === ADA && change.items.some((item) => item.toString === 'To Do'),
    );
  if (later.some(({ state }) => state === 'failed') || wasWithdrawn) return [];
  return [{ kind: 'loss', what: `"${marker}", said on ${issueKey}, never reached the agent`, ids: [issueKey, marker] }];
}

/** The last change of the status counts; where the agent made it, it has to fit the outcome. */
function checkStatus(
  key: string,
  { runs, mergeRequests }: Facts,
  { environment: { jira } }: TortureEnvironment,
): Violation[] {
  const issue = jira.issue(key);
  const last = issue.changes.findLast(({ items }) => items.some(({ field }) => field === 'status'));
  if (last?.authorId !== AGENT) return [];
  const overwritten = findOverwrittenMove(issue.changes);
  if (overwritten)
    return [{ kind: 'loss', what: `${key} was put ${overwritten} by a person and moved on by the agent`, ids: [key] }];
  const status = issue.status.name;
  const latest = runs
    .filter(({ task, state }) => task.scope === `issue~${key}` && (state === 'done' || state === 'failed'))
    .toSorted((one, other) => one.updatedAt - other.updatedAt)
    .at(-1);
  const ids = [key, ...(latest ? [latest.runId] : [])];
  if (status === 'In Progress' && latest?.state === 'done' && latest.result?.what === 'merge-request')
    return [{ kind: 'stuck', what: `${key} stands in progress although its work is in review`, ids }];
  // Where a later one was closed, its ending is the last word: the ticket stays for people to decide.
  const [newest] = mergeRequests
    .filter(({ author, sourceBranch }) => author.bot && sourceBranch === `agent/${key}`)
    .toSorted((one, other) => other.iid - one.iid);
  if (newest?.state === 'merged' && status === 'In Review')
    return [{ kind: 'stuck', what: `${key} stands in review although its merge request was merged`, ids }];
  return [];
}

/** As long as a slow answer may lie between the agent's look and its move. */
const RACE_MS = 5000;

/** The status in which a person put a ticket that the agent then moved on without a new hand-over. */
function findOverwrittenMove(
  changes: ReturnType<TortureEnvironment['environment']['jira']['issue']>['changes'],
): string | undefined {
  const moves = changes.flatMap(({ authorId, at, items }) =>
    items.filter(({ field }) => field === 'status').map(({ toString: to }) => ({ authorId, at, to: to ?? '' })),
  );
  return moves.find(({ authorId, at, to }, index) => {
    const next = moves[index + 1];
    const isAway = authorId === ADA && to === 'To Do';
    return isAway && next?.authorId === AGENT && next.to !== 'Done' && next.at - at > RACE_MS;
  })?.to;
}
