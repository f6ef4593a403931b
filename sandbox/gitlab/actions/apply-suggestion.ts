import { readStoredFile } from '../git/read-file.ts';
import { canPush } from '../http/access.ts';
import { badRequest, forbidden, notFound } from '../http/api-error.ts';
import type { FakeState, SandboxMergeRequest, SandboxUser } from '../state/fake-state.ts';
import { findSuggestions, type Suggestion } from '../text/find-suggestions.ts';
import { type NotePlace, resolveDiscussion } from './notes.ts';
import { pushCommit } from './push.ts';

/** Suggestions have no counter of their own: the id of the note and the place in it make one. */
const IDS_PER_NOTE = 100;

export interface PlacedSuggestion extends Suggestion {
  id: number;
  applied: boolean;
  /** The last of the replaced lines is included. */
  fromLine: number;
  toLine: number;
}

/** What a note on a line proposes; empty for every other note. */
export function listSuggestions({ id, body, position, appliedSuggestions }: NotePlace['note']): PlacedSuggestion[] {
  const line = Number(position?.['new_line'] ?? 0);
  if (line === 0) return [];
  return findSuggestions(body)
    .slice(0, IDS_PER_NOTE)
    .map((suggestion, index) => ({
      ...suggestion,
      id: id * IDS_PER_NOTE + index,
      applied: appliedSuggestions?.has(id * IDS_PER_NOTE + index) ?? false,
      fromLine: line - suggestion.above,
      toLine: line + suggestion.below,
    }));
}

/**
 * Commits a suggestion to the source branch, as GitLab's button does; its thread is resolved. @throws {ApiError} 404,
 * 403, and 400 when it was applied before or its lines have changed.
 */
export async function applySuggestion(state: FakeState, id: number, actor: SandboxUser): Promise<PlacedSuggestion> {
  const place = findPlace(state, Math.floor(id / IDS_PER_NOTE));
  const suggestion = place && listSuggestions(place.note).find((candidate) => candidate.id === id);
  if (!place || !suggestion) throw notFound('Suggestion');
  const { mergeRequest, discussion, note } = place;
  const { sourceProject, sourceBranch } = mergeRequest;
  if (!sourceProject || !canPush(sourceProject, actor, sourceBranch)) throw forbidden();
  if (mergeRequest.state !== 'opened' || suggestion.applied) throw badRequest('A suggestion is not applicable.');
  const { path, content, mode } = await replaceLines(mergeRequest, note.position ?? {}, suggestion);
  const message = `Apply 1 suggestion(s) to 1 file(s)\n\nCo-authored-by: ${note.author.name} <${note.author.username}@example.com>`;
  const file = mode === '100755' ? { content, mode: '100755' as const } : content;
  await pushCommit(state, sourceProject, { branch: sourceBranch, message, files: { [path]: file } }, actor);
  note.appliedSuggestions = new Set([...(note.appliedSuggestions ?? []), id]);
  resolveDiscussion(state, mergeRequest, discussion, true, actor);
  return { ...suggestion, applied: true };
}

function findPlace({ projects }: FakeState, noteId: number): NotePlace | undefined {
  for (const mergeRequest of projects.flatMap(({ mergeRequests }) => mergeRequests))
    for (const discussion of mergeRequest.discussions)
      for (const note of discussion.notes) if (note.id === noteId) return { mergeRequest, discussion, note };
  return undefined;
}

/** @throws {ApiError} 400 when the lines are not those that the note was written about */
async function replaceLines(
  { project, sourceProject, headSha }: SandboxMergeRequest,
  position: Record<string, unknown>,
  { fromLine, toLine, content }: PlacedSuggestion,
): Promise<{ path: string; content: string; mode: string }> {
  const path = String(position['new_path'] ?? '');
  const then = await readStoredFile(project.repository, String(position['head_sha'] ?? ''), path);
  const now = await readStoredFile((sourceProject ?? project).repository, headSha, path);
  const linesOf = (file: typeof now) => file?.content.toString().split(/(?<=\n)/) ?? [];
  const lines = linesOf(now);
  const replaced = lines.slice(fromLine - 1, toLine).join('');
  const isSame =
    replaced !== '' &&
    replaced ===
      linesOf(then)
        .slice(fromLine - 1, toLine)
        .join('');
  if (!now || !isSame) throw badRequest('A suggestion is not applicable: the lines have changed.');
  return {
    path,
    mode: now.mode,
    content: [...lines.slice(0, fromLine - 1), content, ...lines.slice(toLine)].join(''),
  };
}
