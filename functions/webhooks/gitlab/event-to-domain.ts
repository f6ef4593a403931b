import type { MergeRequestEvent, NoteEvent } from '../../../shared/adapters/gitlab/events.ts';
import type { GitLabUser, MergeRequest, Note } from '../../../shared/domain/ports/gitlab.ts';

/**
 * A delivery in the shape the planners know. It is only a hint, and the runner plans again with what GitLab itself
 * says; a field the delivery lacks is empty.
 */
export function toMergeRequest(event: MergeRequestEvent, now: number): MergeRequest {
  return {
    ...emptyMergeRequest(event, now),
    title: event.title,
    state: stateAfter(event.action),
    draft: event.draft,
    author: toUser(event),
    sourceBranch: event.sourceBranch,
    targetBranch: event.targetBranch,
    sourceProjectId: event.sourceProjectId,
    headSha: event.headSha,
    labels: event.labels,
  };
}

/** The merge request a note was written on, as far as the delivery describes it. */
export function toNotedMergeRequest(event: NoteEvent, now: number): MergeRequest {
  return { ...emptyMergeRequest(event, now), state: event.state ?? 'opened', headSha: event.headSha ?? '' };
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

function emptyMergeRequest(
  { projectId, mergeRequestIid }: Pick<NoteEvent, 'projectId' | 'mergeRequestIid'>,
  now: number,
): MergeRequest {
  return {
    projectId,
    iid: mergeRequestIid,
    title: '',
    description: '',
    state: 'opened',
    draft: false,
    author: { id: 0, username: '', name: '', bot: false },
    sourceBranch: '',
    targetBranch: '',
    sourceProjectId: projectId,
    targetProjectId: projectId,
    headSha: '',
    labels: [],
    reviewers: [],
    updatedAt: now,
    createdAt: now,
    webUrl: '',
  };
}
