import type { MergeRequestEvent, NoteEvent } from '../../../shared/adapters/gitlab/events.ts';
import type { GitLabUser, MergeRequest, Note } from '../../../shared/domain/ports/gitlab.ts';
import type { NotedMergeRequest } from '../../../shared/domain/tasks/plan-reply.ts';
import type { ReviewedMergeRequest } from '../../../shared/domain/tasks/plan-review.ts';

/**
 * A delivery in the shape the planners know. It is only a hint, and the runner plans again with what GitLab itself
 * says; a field the delivery lacks is empty.
 */
export function toMergeRequest(event: MergeRequestEvent): ReviewedMergeRequest {
  const { projectId, mergeRequestIid: iid, title, draft, sourceBranch, headSha, labels, action } = event;
  return {
    projectId,
    iid,
    title,
    draft,
    sourceBranch,
    headSha,
    labels,
    state: stateAfter(action),
    author: toUser(event),
  };
}

/** The merge request a note was written on, as far as the delivery says. */
export function toNotedMergeRequest(event: NoteEvent): NotedMergeRequest {
  const { projectId, mergeRequestIid: iid, state = 'opened', headSha = '' } = event;
  return { projectId, iid, state, headSha };
}

export function toNote(event: NoteEvent, now: number): Note {
  return {
    id: event.noteId,
    body: event.body,
    author: toUser(event),
    system: false,
    createdAt: now,
    updatedAt: now,
    resolvable: false,
    resolved: false,
  };
}

function stateAfter(action: MergeRequestEvent['action']): MergeRequest['state'] {
  if (action === 'merge') return 'merged';
  return action === 'close' ? 'closed' : 'opened';
}

/** The delivery names only the one who acted; of another author it has the id alone. */
function toUser({ authorId, actor }: Pick<NoteEvent, 'authorId' | 'actor'>): GitLabUser {
  return { id: authorId, username: actor.id === authorId ? actor.username : '', name: '', bot: false };
}
