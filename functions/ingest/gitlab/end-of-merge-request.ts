import { bindingKey, entryKey, routeKey } from '../../../shared/domain/mapping/binding-key.ts';
import type { Outbox } from '../../../shared/domain/ports/outbox.ts';
import { findTicketOfBranch } from '../../../shared/domain/tasks/find-ticket-of-branch.ts';
import type { LiveMapping } from '../../../shared/services/projects/live-mapping.ts';
import type { OnMergeRequestEnded } from './ended-merge-request.ts';
import { watchRequestedChanges } from './watch-requested-changes.ts';

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
 * The delivery's branch only rules out what cannot be ours; whether it is, the sweeper reads from GitLab. A binding
 * that is known to have another project is out; by its path it is not, because one project may have several, and one
 * that was not looked up yet may turn out to have this project. Nothing is asked of GitLab for that. The answer's
 * `runId` is the scope of the merge request, because no run is made for it.
 */
export function createMergeRequestEnd({ mapping, outbox }: MergeRequestEndDeps): OnMergeRequestEnded {
  return async ({ projectId, mergeRequestIid: iid, ending, sourceBranch }) => {
    const { bindings, registry } = await mapping.current();
    const known = new Map(
      registry.status().map((status) => [routeKey(entryKey(status), status.route), status.projectId]),
    );
    const possible = bindings.list.filter((binding) => (known.get(bindingKey(binding)) ?? projectId) === projectId);
    if (!findTicketOfBranch(sourceBranch, possible)) return { skipped: 'not-our-branch' };
    // Its line about requested changes ends too. The end comes last, because a crash has all of it repeated.
    const speaking = possible.find(({ mergeRequest, mode }) => mergeRequest.tellRequestedChanges && mode === 'live');
    if (speaking) await watchRequestedChanges({ projectId, mergeRequestIid: iid, state: ending }, speaking, { outbox });
    const isNew = await outbox.enqueue({ kind: 'merge-request-ended', projectId, iid, ending });
    return { runId: `mr~${projectId}~${iid}`, duplicate: !isNew };
  };
}
