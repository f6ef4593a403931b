import type { GitLabUser, MergeRequest } from '../../domain/ports/gitlab.ts';
import type { RunLedger } from '../../domain/ports/run-ledger.ts';

/** A merge request that was merged or closed, and by whom. */
export interface MergeRequestEnding {
  mergeRequest: Pick<MergeRequest, 'iid' | 'updatedAt' | 'mergeUser' | 'mergedBy' | 'reviewers'>;
  purpose: 'merged' | 'closed';
  approvers: readonly GitLabUser[];
}

/**
 * Keeps with a run how its merge request ended: who merged, reviewed and approved it, by username. Once, however often
 * it is asked for in turn.
 */
export async function recordEnding(
  runId: string,
  { mergeRequest, purpose, approvers }: MergeRequestEnding,
  { ledger }: { ledger: Pick<RunLedger, 'listEvents' | 'append'> },
): Promise<void> {
  const name = `merge-request-${purpose}`;
  // One that cannot be read may be this one: noted twice is better than never.
  const events = await ledger.listEvents(runId, 0, () => {});
  if (events.some((event) => event.name === name && event.fields?.['iid'] === mergeRequest.iid)) return;

  const merger = mergeRequest.mergeUser ?? mergeRequest.mergedBy;
  const fields = {
    iid: mergeRequest.iid,
    ...(merger ? { mergedBy: merger.username } : {}),
    ...named('reviewers', mergeRequest.reviewers),
    ...named('approvedBy', approvers),
  };
  await ledger.append({ runId, at: mergeRequest.updatedAt, name, fields });
}

function named(field: string, users: readonly GitLabUser[]): Record<string, string> {
  return users.length === 0 ? {} : { [field]: users.map(({ username }) => username).join(', ') };
}
