import type { RunLedger, RunRecord } from '../../domain/ports/run-ledger.ts';
import { isFinal, type Run } from '../../domain/runs/run.ts';
import { buildDedupKey, buildRunId } from '../../domain/runs/run-id.ts';
import { isShadowResult } from '../../domain/runs/shadow-result.ts';
import type { Task } from '../../domain/runs/task.ts';
import { PLAN_RESULT } from '../../domain/tasks/find-waiting-plan.ts';
import { findEarlierRun } from './find-earlier-run.ts';

export interface FindAdmittedOptions {
  ledger: Pick<RunLedger, 'find' | 'listRecent'>;
  /** When the project map was replaced last. */
  reloadedAt?: number | undefined;
  /** 0.1.0 worked on this storage. */
  hasEarlierRuns?: boolean | undefined;
}

/**
 * The run that `admitTask` would name with these options as the one that answers this task already; `undefined` where
 * it would admit another.
 */
export async function findAdmittedRun(
  task: Pick<Task, 'kind' | 'id' | 'scope'>,
  { ledger, reloadedAt = Number.NEGATIVE_INFINITY, hasEarlierRuns = false }: FindAdmittedOptions,
): Promise<RunRecord | undefined> {
  const earlier = hasEarlierRuns ? await findEarlierRun(task, ledger) : undefined;
  let run = earlier ?? (await findByKey(buildDedupKey(task.id), ledger));
  while (run && mayStartAnew(run, reloadedAt)) {
    run = await findByKey(buildDedupKey(task.id, run.runId), ledger);
  }
  return run;
}

/**
 * Whether a reload of the map lets a task start again. One that opened a merge request, or whose plan waits for a
 * person, does not: where Jira does not let the agent take its label off, each reload would start every such ticket. In
 * shadow each ticket stays where it was.
 */
export function mayStartAnew({ state, updatedAt, result }: Run, reloadedAt: number): boolean {
  const stands = result?.what === 'merge-request' || result?.what === PLAN_RESULT || isShadowResult(result);
  return isFinal(state) && updatedAt < reloadedAt && !stands;
}

async function findByKey(dedupKey: string, ledger: Pick<RunLedger, 'find'>): Promise<RunRecord | undefined> {
  for (let salt = 0; ; salt += 1) {
    const run = await ledger.find(buildRunId(dedupKey, salt));
    if (!run || run.dedupKey === dedupKey) return run;
  }
}
