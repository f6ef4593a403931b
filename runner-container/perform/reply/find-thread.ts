import type { Discussion, Note } from '../../../shared/domain/ports/gitlab.ts';
import type { ReplyTask } from '../../../shared/domain/runs/task.ts';

/** The note to answer in its thread, and everything else that was said on the merge request. */
export interface Thread {
  note: Note;
  discussion: Discussion;
  discussions: Discussion[];
}

/** `undefined` when the note was deleted meanwhile. */
export function findThread({ noteId }: Pick<ReplyTask, 'noteId'>, discussions: Discussion[]): Thread | undefined {
  // By the note rather than by the thread's id: GitLab gives a plain note another one when it becomes a thread.
  for (const discussion of discussions) {
    const note = discussion.notes.find(({ id }) => id === noteId);
    if (note) return { note, discussion, discussions };
  }
  return undefined;
}
