import type { Outbox } from '../../domain/ports/outbox.ts';
import type { SkipLog } from '../../domain/ports/skip-log.ts';
import type { AskRefusal } from '../../domain/runs/ask-refusal.ts';
import { issueScope } from '../../domain/tasks/plan-coding.ts';

export interface RefusedAsk {
  issueKey: string;
  reason: AskRefusal;
  /** What asked: a comment, or a change of the ticket. */
  item: string;
  /** Absent: a request for work. */
  about?: 'rating';
  asker?: { accountId: string; displayName?: string } | undefined;
}

/**
 * Keeps that a request or an answer was refused, each for itself, and has the ticket say so once. Durable when it
 * resolves, and the same when it is repeated. @throws {TaskError} `storage-*`
 */
export async function refuseAsk(
  { issueKey, reason, item, asker, about }: RefusedAsk,
  { skipLog, outbox }: { skipLog: Pick<SkipLog, 'record'>; outbox: Pick<Outbox, 'enqueue'> },
): Promise<void> {
  const by = asker ? ` by ${asker.displayName || asker.accountId}` : '';
  await skipLog.record(issueScope(issueKey), reason, `${item}${by}`, item);
  await outbox.enqueue({ kind: 'refused', issueKey, reason, ...(about ? { about } : {}) });
}
