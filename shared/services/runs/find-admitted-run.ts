import type { RunLedger, RunRecord } from '../../domain/ports/run-ledger.ts';
import { isFinal, type Run } from '../../domain/runs/run.ts';
import { buildDedupKey, buildRunId } from '../../domain/runs/run-id.ts';

/**
 * The run that `admitTask` would name as the one that answers this task already; `undefined` where it would admit
 * another. `reloadedAt` is when the project map was replaced last.
 */
export async function findAdmittedRun(
  taskId: string,
  {
    ledger,
    reloadedAt = Number.NEGATIVE_INFINITY,
  }: { ledger: Pick<RunLedger, 'find'>; reloadedAt?: number | undefined },
): Promise<RunRecord | undefined> {
  let run = await findByKey(buildDedupKey(taskId), ledger);
  while (run && mayStartAnew(run, reloadedAt)) {
    run = await findByKey(buildDedupKey(taskId, run.runId), ledger);
  }
  return run;
}

/**
 * Whether a reload of the map lets a task start again. One that opened a merge request does not: where Jira does not
 * let the agent take its label off, each reload would start every ticket that is done.
 */
export function mayStartAnew({ state, updatedAt, result }: Run, reloadedAt: number): boolean {
  return isFinal(state) && updatedAt < reloadedAt && result?.what !== 'merge-request';
}

async function findByKey(dedupKey: string, ledger: Pick<RunLedger, 'find'>): Promise<RunRecord | undefined> {
  for (let salt = 0; ; salt += 1) {
    const run = await ledger.find(buildRunId(dedupKey, salt));
    if (!run || run.dedupKey === dedupKey) return run;
  }
}
