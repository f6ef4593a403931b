import type { GitLab, Note } from '../../domain/ports/gitlab.ts';
import { appendMarker, type Marker, parseMarker } from '../../kernel/text/marker.ts';

export interface ReportNote {
  projectId: number;
  iid: number;
  /** Which note this is: at most one per `purpose` and `scope`. Its other fields may differ from time to time. */
  marker: Marker;
  /** Without the marker. */
  text: string;
}

export interface ReportNoteDeps {
  gitlab: Pick<GitLab, 'getCurrentUser' | 'listNotes' | 'createNote' | 'updateNote'>;
}

/**
 * Writes a plain note on a merge request, or edits the one written before. Safe to repeat: a text that stands there
 * already is left alone. Resolves to the note's id.
 */
export async function upsertReportNote(report: ReportNote, { gitlab }: ReportNoteDeps): Promise<number> {
  const { projectId, iid, marker, text } = report;
  const body = appendMarker(text, marker);
  const existing = await findReportNote(report, { gitlab });
  if (!existing) return (await gitlab.createNote(projectId, iid, body)).id;
  if (existing.body !== body) await gitlab.updateNote(projectId, iid, existing.id, body);
  return existing.id;
}

/** The note `upsertReportNote` would edit. Only notes of our own account count: anybody can type a marker. */
export async function findReportNote(
  { projectId, iid, marker }: Pick<ReportNote, 'projectId' | 'iid' | 'marker'>,
  { gitlab }: { gitlab: Pick<GitLab, 'getCurrentUser' | 'listNotes'> },
): Promise<Note | undefined> {
  const [self, notes] = await Promise.all([gitlab.getCurrentUser(), gitlab.listNotes(projectId, iid)]);
  return notes.find(({ author, system, body }) => {
    const found = author.id === self.id && !system ? parseMarker(body) : undefined;
    return found?.purpose === marker.purpose && found.scope === marker.scope;
  });
}
