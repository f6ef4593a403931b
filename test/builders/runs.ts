import type { RunLedger } from '../../shared/domain/ports/run-ledger.ts';
import type { RunResult } from '../../shared/domain/runs/outcome.ts';
import type { Run, RunFacts } from '../../shared/domain/runs/run.ts';
import { buildRunId } from '../../shared/domain/runs/run-id.ts';
import type { Task } from '../../shared/domain/runs/task.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { type AdmitDeps, admitTask } from '../../shared/services/runs/admit-task.ts';
import { aCodingTask } from './tasks.ts';

/** A coding run in its first attempt. */
export function aRun(overrides: Partial<Run> = {}): Run {
  return {
    runId: 'run-1',
    task: aCodingTask(),
    state: 'running',
    attempt: 1,
    notified: false,
    createdAt: 0,
    updatedAt: 0,
    ...overrides,
  };
}

/** A run that was begun and is done, in a ledger. */
export async function addDoneRun(
  ledger: Pick<RunLedger, 'create' | 'update'>,
  { runId, task, result, facts = {} }: { runId: string; task: Task; result: RunResult; facts?: RunFacts },
): Promise<void> {
  const created = await ledger.create({ runId, dedupKey: runId, task });
  const running = created && (await ledger.update(created, { state: 'running', attempt: 1, facts }));
  if (running) await ledger.update(running, { state: 'done', result });
}

/** The run that 0.1.0 made of a task, with its map of generation 2 in the key. Resolves to its id. */
export async function addEarlierRun(ledger: Pick<RunLedger, 'create'>, task: Task): Promise<string> {
  const dedupKey = `${task.id}~g2`;
  const runId = buildRunId(dedupKey);
  await ledger.create({ runId, dedupKey, task });
  return runId;
}

/** Admits coding work on an issue; resolves to the id of its run. */
export async function admitCoding(issueKey: string, deps: Omit<AdmitDeps, 'log'>): Promise<string> {
  const { runId } = await admitTask(aCodingTask({ issueKey }), { ...deps, log: silentLog });
  return runId;
}
