import type { Discussion, Note } from '../../../shared/gitlab/gitlab.ts';
import type { ReplyTask } from '../../../shared/tasks/task.ts';
import type { MergeRequestOrder } from '../merge-request-order.ts';

/** The note to answer in its thread, and everything else that was said on the merge request. */
export interface Thread {
  note: Note;
  discussion: Discussion;
  discussions: Discussion[];
}

/** `undefined` when the note was deleted meanwhile. */
export async function readThread(
  { projectId, mergeRequestIid, noteId }: ReplyTask,
  { gitlab }: Pick<MergeRequestOrder, 'gitlab'>,
): Promise<Thread | undefined> {
  const discussions = await gitlab.listDiscussions(projectId, mergeRequestIid);
  // By the note rather than by the thread's id: GitLab gives a plain note another one when it becomes a thread.
  for (const discussion of discussions) {
    const note = discussion.notes.find(({ id }) => id === noteId);
    if (note) return { note, discussion, discussions };
  }
  return undefined;
}
