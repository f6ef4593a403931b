import type { RunLedger } from '../../../shared/domain/ports/run-ledger.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import type { RunnerDeps } from './runner-deps.ts';

const FEW = 20;
/** As many as the ledger gives at once. */
const PAGE = 100;

/** Lists what other runs of a scope left, as `RunnerDeps` says: read page by page where many are asked for. */
export function createListEarlierRuns(ledger: Pick<RunLedger, 'listRecent'>): RunnerDeps['listEarlierRuns'] {
  return async ({ runId, task: { scope } }, limit = FEW) =>
    (await listNewest(scope, limit, ledger)).filter((other) => other.runId !== runId);
}

async function listNewest(scope: string, limit: number, ledger: Pick<RunLedger, 'listRecent'>): Promise<Run[]> {
  const found: Run[] = [];
  while (found.length < limit) {
    const size = Math.min(limit - found.length, PAGE);
    const after = found.at(-1);
    const page = await ledger.listRecent(scope, size, after ? { after } : {});
    found.push(...page);
    if (page.length < size) break;
  }
  return found;
}
