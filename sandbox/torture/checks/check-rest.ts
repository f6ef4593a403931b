import type { Facts } from '../facts/read-facts.ts';
import { findRepeated, type Violation } from './violation.ts';

/** Nothing here refuses a push or breaks git: a run that reports it has taken an outage for something else. */
const FALSE_CODES: ReadonlySet<string> = new Set(['unexpected', 'push-rejected', 'git-failed']);

/** Nothing is left over: no run is open, nothing is queued, parked or held, and what was poisoned is reported. */
export function checkRest({ openRuns, queued, scopes, runs, poison, poisonCount }: Facts): Violation[] {
  const violations: Violation[] = openRuns.map(({ runId, task, state, parkedReason, notified }) => ({
    kind: 'stuck',
    what: `${task.id} is ${state}${parkedReason ? ` (${parkedReason})` : ''}${notified ? '' : ', not reported'}`,
    ids: [runId],
  }));
  if (queued > 0) violations.push({ kind: 'stuck', what: `${queued} messages are queued`, ids: [] });
  for (const scope of scopes)
    violations.push({ kind: 'stuck', what: `${scope} is held`, ids: [scope.split(' ')[0] ?? scope] });

  const byId = new Map(runs.map((run) => [run.runId, run]));
  for (const { runId, reason } of poison) {
    const run = runId === undefined ? undefined : byId.get(runId);
    if (run?.state === 'failed' && run.notified) continue;
    violations.push({
      kind: 'loss',
      what: `poison (${reason}) of ${runId}, which is ${run?.state}`,
      ids: [runId ?? reason],
    });
  }
  const failed = runs.filter(({ code }) => code === 'too-many-attempts').length;
  if (poisonCount > 2 * failed)
    violations.push({
      kind: 'defect',
      what: `${poisonCount} poisoned messages of ${failed} runs that were given up`,
      ids: [],
    });
  for (const { key } of findRepeated(runs, ({ runId }) => runId))
    violations.push({ kind: 'duplicate', what: `${key} is listed twice`, ids: [key] });
  for (const { runId, task, code } of runs.filter((run) => FALSE_CODES.has(run.code ?? '')))
    violations.push({ kind: 'defect', what: `${task.id} ended as ${code}`, ids: [runId] });
  return violations;
}
