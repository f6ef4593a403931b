import type { GitLab, Note } from '../../domain/ports/gitlab.ts';
import { isRefusedByGitLab } from '../../domain/ports/gitlab-refusals.ts';
import { appendMarker, type Marker, parseMarker } from '../../kernel/text/marker.ts';

export interface ReportNote {
  projectId: number;
  iid: number;
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
  for (const note of existing) if (await edited(note, report, body, { gitlab })) return note.id;
  const answer = await postInThread(report, body, { gitlab });
  return (answer ?? (await gitlab.createNote(projectId, iid, body))).id;
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

/** `undefined` when there is no thread to answer in. */
async function postInThread(
  { projectId, iid, discussionId }: ReportNote,
  body: string,
  { gitlab }: ReportNoteDeps,
): Promise<Note | undefined> {
  if (discussionId === undefined) return undefined;
  try {
    return await gitlab.replyToDiscussion(projectId, iid, discussionId, body);
  } catch (error) {
    if (isRefusedByGitLab(error)) return undefined;
    throw error;
  }
}

/** False when the note was deleted meanwhile, or GitLab does not let us edit it. */
async function edited(
  existing: Note,
  { projectId, iid }: ReportNote,
  body: string,
  { gitlab }: ReportNoteDeps,
): Promise<boolean> {
  try {
    await gitlab.updateNote(projectId, iid, existing.id, body);
    return true;
  } catch (error) {
    if (isRefusedByGitLab(error)) return false;
    throw error;
  }
}
