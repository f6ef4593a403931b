import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import type { Outbox } from '../../../shared/domain/ports/outbox.ts';

/** Where something happened that may ask for changes in a merge request, or settle what was asked for. */
export interface TalkedAbout {
  projectId: number;
  mergeRequestIid: number;
  /** As it stands, where that is known. */
  state?: MergeRequest['state'];
}

/**
 * Has the ticket of a merge request say what is asked for there, where a binding of its repository wants that. Whether
 * it is one of the agent, and what is asked for, is read from GitLab when the entry is done: a delivery says neither,
 * and an old one that comes again must change nothing. Of one that has ended it is said once: people go on to write
 * there, and each poll sees it for a while.
 * @throws {TaskError} `storage-unavailable`; the delivery or the poll comes again.
 */
export async function watchRequestedChanges(
  { projectId, mergeRequestIid: iid, state }: TalkedAbout,
  binding: Pick<Binding, 'mergeRequest' | 'mode'>,
  { outbox }: { outbox?: Pick<Outbox, 'enqueue'> | undefined },
): Promise<void> {
  if (!binding.mergeRequest.tellRequestedChanges || binding.mode !== 'live') return;
  const ended = state === 'merged' || state === 'closed' ? { ending: state } : {};
  await outbox?.enqueue({ kind: 'requested-changes', projectId, iid, ...ended });
}
