import type { Outbox } from '../../../shared/domain/ports/outbox.ts';
import { findTicketOfBranch } from '../../../shared/domain/tasks/find-ticket-of-branch.ts';
import type { LiveMapping } from '../../../shared/services/projects/live-mapping.ts';
import type { OnMergeRequestEnded } from './ended-merge-request.ts';

export interface MergeRequestEndDeps {
  mapping: Pick<LiveMapping, 'current'>;
  outbox: Pick<Outbox, 'enqueue'>;
}

/**
 * Puts the end of a merge request into the outbox, for the next sweep to update the ticket.
 *
 * Updating a ticket takes some ten calls to Jira and GitLab, too long for a webhook, and a crash in the middle must not
 * leave it half done. So the handler writes one row, which is durable and the same for every delivery and poll of the
 * same ending, and answers; the sweeper processes open rows and repeats them after a crash. Waiting for a runner to
 * start would not be faster. A ticket is moved within a minute of the merge.
 *
 * The delivery's branch only rules out what cannot be ours; whether it is, the sweeper reads from GitLab. The answer's
 * `runId` is the scope of the merge request, because no run is made for it.
 */
export function createMergeRequestEnd({ mapping, outbox }: MergeRequestEndDeps): OnMergeRequestEnded {
  return async ({ projectId, mergeRequestIid: iid, ending, sourceBranch, binding }) => {
    const { bindings } = await mapping.current();
    const sameRepository = bindings.list.filter(({ repo }) => repo.toLowerCase() === binding.repo.toLowerCase());
    if (!findTicketOfBranch(sourceBranch, sameRepository)) return { skipped: 'not-our-branch' };
    const isNew = await outbox.enqueue({ kind: 'merge-request-ended', projectId, iid, ending });
    return { runId: `mr~${projectId}~${iid}`, duplicate: !isNew };
  };
}
