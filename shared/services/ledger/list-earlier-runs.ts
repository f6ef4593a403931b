import type { RunLedger } from '../../domain/ports/run-ledger.ts';
import type { Run } from '../../domain/runs/run.ts';

/** The newest runs of a subject, and when those of them that cannot be read were created. */
export interface EarlierRuns {
  runs: Run[];
  unreadable: number[];
}

/**
 * Reads the newest runs of a subject for a decision, which has to know of those that cannot be read.
 * @throws {TaskError} `storage-*`
 */
export async function listEarlierRuns(
  subject: string,
  limit: number,
  ledger: Pick<RunLedger, 'listRecent'>,
): Promise<EarlierRuns> {
  const unreadable: number[] = [];
  const onUnreadable = (_: string, createdAt: number) => void unreadable.push(createdAt);
  return { runs: await ledger.listRecent(subject, limit, { onUnreadable }), unreadable };
}
