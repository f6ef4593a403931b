import type { GitLab, Note } from '../../domain/ports/gitlab.ts';
import { isRefusedByGitLab } from '../../domain/ports/gitlab-refusals.ts';

/** The merge request a note stands on. */
export interface NotePlace {
  projectId: number;
  iid: number;
}

/**
 * False when the note was deleted meanwhile, or GitLab does not let us edit it: editing is a permission of its own.
 * @throws {TaskError} `gitlab-*` of what may pass by itself
 */
export async function editNote(
  noteId: number,
  body: string,
  { projectId, iid }: NotePlace,
  gitlab: Pick<GitLab, 'updateNote'>,
): Promise<boolean> {
  try {
    await gitlab.updateNote(projectId, iid, noteId, body);
    return true;
  } catch (error) {
    if (isRefusedByGitLab(error)) return false;
    throw error;
  }
}

/** Answers in a thread; where it is gone or takes no answer, in a plain note. @throws {TaskError} `gitlab-*` */
export async function answerInThread(
  discussionId: string,
  body: string,
  { projectId, iid }: NotePlace,
  gitlab: Pick<GitLab, 'replyToDiscussion' | 'createNote'>,
): Promise<Note> {
  try {
    return await gitlab.replyToDiscussion(projectId, iid, discussionId, body);
  } catch (error) {
    if (!isRefusedByGitLab(error)) throw error;
    return gitlab.createNote(projectId, iid, body);
  }
}
