import type { RunLedger } from '../../domain/ports/run-ledger.ts';
import { issueScope } from '../../domain/tasks/plan-coding.ts';
import { HOUR } from '../../kernel/clock.ts';
import { listEarlierRuns } from '../ledger/list-earlier-runs.ts';

/** A run this young is what the ticket waited to begin. */
const JUST_STARTED_MS = HOUR;

/**
 * Whether a ticket that waited for something does so no more because its run was begun. @throws {TaskError} `storage-*`
 */
export async function hasJustStarted(
  issueKey: string,
  { ledger, clock }: { ledger: Pick<RunLedger, 'listRecent'>; clock: { now(): number } },
): Promise<boolean> {
  const { runs, unreadable } = await listEarlierRuns(issueScope(issueKey), 1, ledger);
  const newest = Math.max(0, ...unreadable, ...runs.map(({ createdAt }) => createdAt));
  return newest > clock.now() - JUST_STARTED_MS;
}
