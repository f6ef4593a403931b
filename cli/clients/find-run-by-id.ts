import type { RunLedger, RunRecord } from '../../shared/domain/ports/run-ledger.ts';
import { EVERYTHING } from '../../shared/domain/runs/subjects.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { guardReading } from '../../shared/services/runs/guard-reading.ts';
import { countOf } from '../output/count-of.ts';

/** A run, or one line about what is missing or ambiguous and what to do. */
export type FoundRun = { run: RunRecord } | { error: string };

/** Says that runs are in the ledger and cannot be read, and what to do. */
export function describeUnreadable(runIds: readonly string[]): string {
  const [first = '', ...others] = runIds;
  const shown = [first, ...others.slice(0, 4)].join(', ');
  const what =
    others.length > 0 ? `the rows of ${countOf(runIds.length, 'run')} (${shown}) cannot` : `the row of ${first} cannot`;
  return `${what} be read in the table runs of the storage account; use a cmap as new as the deployment, or mend or delete the row`;
}

/** As many as one look at the ledger shows. */
const NEWEST = 100;

/**
 * Finds a run by its id, or by the beginning of one of the newest ids. Costs one read, and one list where the id is not
 * whole.
 */
export async function findRunById(runId: string, ledger: Pick<RunLedger, 'find' | 'listRecent'>): Promise<FoundRun> {
  const exact = await guardReading(runId, silentLog, () => ledger.find(runId));
  if (exact === 'unreadable') return { error: describeUnreadable([runId]) };
  if (exact) return { run: exact };
  const ids: string[] = [];
  const newest = await ledger.listRecent(EVERYTHING, NEWEST, { onUnreadable: (id) => ids.push(id) });
  ids.unshift(...newest.map((one) => one.runId));
  const [id, ...others] = ids.filter((one) => one.startsWith(runId));
  if (others.length > 0) {
    return { error: `several runs begin with ${runId}: ${[id, ...others].slice(0, 5).join(', ')}; write more of it` };
  }
  const run = id !== undefined && (await guardReading(id, silentLog, () => ledger.find(id)));
  if (run === 'unreadable') return { error: describeUnreadable([String(id)]) };
  return run ? { run } : { error: `no run ${runId}; \`cmap explain PROJ-12\` lists the runs of an issue` };
}
