import type { RunLedger, RunRecord } from '../../shared/domain/ports/run-ledger.ts';
import { EVERYTHING } from '../../shared/domain/runs/subjects.ts';

/** A run, or one line about what is missing or ambiguous and what to do. */
export type FoundRun = { run: RunRecord } | { error: string };

/** As many as one look at the ledger shows. */
const NEWEST = 100;

/**
 * Finds a run by its id, or by the beginning of one of the newest ids. Costs one read, and one list where the id is not
 * whole.
 */
export async function findRunById(runId: string, ledger: Pick<RunLedger, 'find' | 'listRecent'>): Promise<FoundRun> {
  const exact = await ledger.find(runId);
  if (exact) return { run: exact };
  const newest = await ledger.listRecent(EVERYTHING, NEWEST);
  const [id, ...others] = newest.map((one) => one.runId).filter((one) => one.startsWith(runId));
  if (others.length > 0) {
    return { error: `several runs begin with ${runId}: ${[id, ...others].slice(0, 5).join(', ')}; write more of it` };
  }
  const run = id === undefined ? undefined : await ledger.find(id);
  return run ? { run } : { error: `no run ${runId}; \`cmap explain PROJ-12\` lists the runs of an issue` };
}
