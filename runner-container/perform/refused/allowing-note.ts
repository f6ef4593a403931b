import type { GitLab, Note } from '../../../shared/domain/ports/gitlab.ts';
import { isBotUser } from '../../../shared/domain/review/is-bot-user.ts';
import { readAllow } from '../../../shared/domain/tasks/read-allow.ts';
import { parseMarker } from '../../../shared/kernel/text/marker.ts';

export interface AllowingNote {
  note: Note;
  paths: string[];
  /** The account of a person who is not the agent. */
  isByPerson: boolean;
}

interface AllowingNoteDeps {
  gitlab: Pick<GitLab, 'getCurrentUser' | 'listNotes'>;
  /** Globs of usernames that are bots as well. */
  botAuthors: readonly string[];
}

/**
 * The note that is to let files pass, as GitLab shows it now; `undefined` where it is gone or says something else.
 * @throws {TaskError} `gitlab-*`
 */
export async function findAllowingNote(
  { projectId, mergeRequestIid, noteId }: { projectId: number; mergeRequestIid: number; noteId: number },
  { gitlab, botAuthors }: AllowingNoteDeps,
): Promise<AllowingNote | undefined> {
  const [self, notes] = await Promise.all([gitlab.getCurrentUser(), gitlab.listNotes(projectId, mergeRequestIid)]);
  const note = notes.find(({ id }) => id === noteId);
  const paths = note && readAllowInNote(note.body, self.username);
  if (!note || !paths) return undefined;
  const isOurs = note.author.id === self.id || parseMarker(note.body) !== undefined;
  const isByPerson = !isOurs && !note.system && !note.internal && !isBotUser(note.author, botAuthors);
  return { note, paths, isByPerson };
}

/** The paths that a note lets pass, by the words of `readAllow`. */
export function readAllowInNote(body: string, username: string): string[] | undefined {
  return readAllow(body, { self: { accountId: '', displayName: username }, words: ['/copilot'] });
}
