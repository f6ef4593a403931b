import type { GitLab, Note } from '../../domain/ports/gitlab.ts';
import { appendMarker, type Marker, parseMarker } from '../../kernel/text/marker.ts';
import { answerInThread, editNote, type NotePlace } from './write-notes.ts';

export interface ReportNote extends NotePlace {
  /** Which note this is: at most one per `purpose` and `scope`. Its other fields may differ from time to time. */
  marker: Marker;
  /** Without the marker. */
  text: string;
  /** The thread it belongs to; without one, and when the thread is gone or takes no answer, it is a plain note. */
  discussionId?: string;
}

export interface ReportNoteDeps {
  gitlab: Pick<GitLab, 'getCurrentUser' | 'listNotes' | 'createNote' | 'updateNote' | 'replyToDiscussion'>;
}

/**
 * Writes a note on a merge request, or edits the one written before. Safe to repeat: a text that stands there
 * already is left alone. Resolves to the note's id.
 */
export async function upsertReportNote(report: ReportNote, { gitlab }: ReportNoteDeps): Promise<number> {
  const { projectId, iid, marker, text } = report;
  const body = appendMarker(text, marker);
  const existing = await listReportNotes(report, { gitlab });
  const same = existing.find((note) => note.body === body);
  if (same) return same.id;
  for (const { id } of existing) if (await editNote(id, body, report, gitlab)) return id;
  const { discussionId } = report;
  const written =
    discussionId === undefined
      ? await gitlab.createNote(projectId, iid, body)
      : await answerInThread(discussionId, body, report, gitlab);
  return written.id;
}

/**
 * Oldest first; several where one could not be edited. Only notes of our own account count: anybody can type a marker.
 */
async function listReportNotes(
  { projectId, iid, marker }: Pick<ReportNote, 'projectId' | 'iid' | 'marker'>,
  { gitlab }: { gitlab: Pick<GitLab, 'getCurrentUser' | 'listNotes'> },
): Promise<Note[]> {
  const [self, notes] = await Promise.all([gitlab.getCurrentUser(), gitlab.listNotes(projectId, iid)]);
  return notes.filter(({ author, system, body }) => {
    const found = author.id === self.id && !system ? parseMarker(body) : undefined;
    return found?.purpose === marker.purpose && found.scope === marker.scope;
  });
}
