import { MINUTE } from '../../../shared/kernel/clock.ts';
import { ApiError, badRequest, notFound } from '../http/api-error.ts';
import {
  type FakeState,
  newDiscussionId,
  type SandboxDiscussion,
  type SandboxMergeRequest,
  type SandboxNote,
  type SandboxUser,
} from '../state/fake-state.ts';
import { checkPosition } from './check-position.ts';
import { takeText } from './take-text.ts';

const MAX_NOTE_LENGTH = 1_000_000; // Notes::MAX_NOTE_LENGTH of a GitLab instance.

/**
 * Adds a plain note: no thread, cannot be resolved. Its text is empty, and it is not kept, when it was only commands.
 */
export function addNote(
  state: FakeState,
  mergeRequest: SandboxMergeRequest,
  body: string,
  author: SandboxUser,
): SandboxNote {
  checkBody(body);
  const discussion = addDiscussion(mergeRequest, true);
  return append(state, mergeRequest, discussion, newNote(state, { body, author, type: null }));
}

/** Starts a thread; with a position it stands at a line. @throws {ApiError} 400 for a position GitLab refuses. */
export async function startDiscussion(
  state: FakeState,
  mergeRequest: SandboxMergeRequest,
  { body, position }: { body: string; position?: Record<string, unknown> | undefined },
  author: SandboxUser,
): Promise<SandboxDiscussion> {
  checkBody(body);
  if (position) await checkPosition(mergeRequest.project.repository, position);
  const type = position ? 'DiffNote' : 'DiscussionNote';
  const discussion = addDiscussion(mergeRequest, false);
  append(state, mergeRequest, discussion, newNote(state, { body, author, type, ...(position ? { position } : {}) }));
  return discussion;
}

/** Answers in a thread. Answering a plain note makes a thread of it. */
export function replyTo(
  state: FakeState,
  mergeRequest: SandboxMergeRequest,
  discussion: SandboxDiscussion,
  body: string,
  author: SandboxUser,
): SandboxNote {
  checkBody(body);
  const first = discussion.notes[0];
  if (!first || first.system) throw badRequest('Discussion can not be replied to');
  if (discussion.individualNote) {
    discussion.individualNote = false;
    first.type = 'DiscussionNote';
    first.resolvable = true;
  }
  const { position } = first;
  const note = newNote(state, { body, author, type: first.type, ...(position ? { position } : {}) });
  return append(state, mergeRequest, discussion, note);
}

/** Changes a note's text. Only its author may. */
export function editNote(
  state: FakeState,
  { mergeRequest, discussion, note }: NotePlace,
  body: string,
  actor: SandboxUser,
): void {
  if (note.author !== actor) throw new ApiError(403, { message: '403 Forbidden' });
  checkBody(body);
  const text = takeText(state, body, actor);
  note.body = text.rest;
  text.apply(mergeRequest);
  note.updatedAt = state.clock.now();
  touch(state, mergeRequest);
  state.announce({ kind: 'note', action: 'update', mergeRequest, discussion, note, actor });
}

/** Removes a note, and its discussion with the last one. Leaves the time of the merge request as it is. */
export function deleteNote({ mergeRequest, discussion, note }: NotePlace): void {
  discussion.notes = discussion.notes.filter((candidate) => candidate !== note);
  if (discussion.notes.length === 0) {
    mergeRequest.discussions = mergeRequest.discussions.filter((candidate) => candidate !== discussion);
  }
}

/** Resolves a thread or opens it again. */
export function resolveDiscussion(
  state: FakeState,
  mergeRequest: SandboxMergeRequest,
  discussion: SandboxDiscussion,
  resolved: boolean,
  actor: SandboxUser,
): void {
  const notes = discussion.notes.filter(({ resolvable }) => resolvable);
  if (notes.length === 0) throw new ApiError(403, { message: '403 Forbidden' });
  for (const note of notes) {
    note.resolved = resolved;
    if (resolved) Object.assign(note, { resolvedBy: actor, resolvedAt: state.clock.now() });
    else {
      delete note.resolvedBy;
      delete note.resolvedAt;
    }
  }
  touch(state, mergeRequest);
}

export function addSystemNote(
  state: FakeState,
  mergeRequest: SandboxMergeRequest,
  author: SandboxUser,
  body: string,
): void {
  const discussion = addDiscussion(mergeRequest, true);
  discussion.notes.push({ ...newNote(state, { body, author, type: null }), system: true });
}

export interface NotePlace {
  mergeRequest: SandboxMergeRequest;
  discussion: SandboxDiscussion;
  note: SandboxNote;
}

/** @throws {ApiError} 404 */
export function requireNote(mergeRequest: SandboxMergeRequest, noteId: number): NotePlace {
  for (const discussion of mergeRequest.discussions) {
    const note = discussion.notes.find(({ id }) => id === noteId);
    if (note) return { mergeRequest, discussion, note };
  }
  throw notFound('Note');
}

/** @throws {ApiError} 404 */
export function requireDiscussion(mergeRequest: SandboxMergeRequest, discussionId: string): SandboxDiscussion {
  const discussion = mergeRequest.discussions.find(({ id }) => id === discussionId);
  if (!discussion) throw notFound('Discussion');
  return discussion;
}

function addDiscussion(mergeRequest: SandboxMergeRequest, individualNote: boolean): SandboxDiscussion {
  const discussion: SandboxDiscussion = { id: newDiscussionId(), individualNote, notes: [] };
  mergeRequest.discussions.push(discussion);
  return discussion;
}

function newNote(
  state: FakeState,
  values: Pick<SandboxNote, 'body' | 'author' | 'type'> & { position?: Record<string, unknown> },
): SandboxNote {
  const now = state.clock.now();
  return {
    id: state.nextId(),
    ...values,
    system: false,
    internal: false,
    createdAt: now,
    updatedAt: now,
    resolvable: values.type !== null,
    resolved: false,
  };
}

function append(
  state: FakeState,
  mergeRequest: SandboxMergeRequest,
  discussion: SandboxDiscussion,
  note: SandboxNote,
): SandboxNote {
  const text = takeText(state, note.body, note.author);
  note.body = text.rest;
  if (note.body === '') {
    // Nothing but commands: GitLab runs them and keeps no note.
    if (discussion.notes.length === 0) mergeRequest.discussions.pop();
  } else {
    discussion.notes.push(note);
    touch(state, mergeRequest);
    state.announce({ kind: 'note', action: 'create', mergeRequest, discussion, note, actor: note.author });
  }
  text.apply(mergeRequest);
  return note;
}

function checkBody(body: string): void {
  if (body.trim() === '') throw badRequest('Note {:note=>["can\'t be blank"]}');
  if (body.length > MAX_NOTE_LENGTH) {
    throw badRequest('Note {:note=>["is too long (maximum is 1000000 characters)"]}');
  }
}

/** A note moves `updated_at` only when that is a minute old (GitLab's ThrottledTouch). */
function touch(state: FakeState, mergeRequest: SandboxMergeRequest): void {
  const now = state.clock.now();
  if (now - mergeRequest.updatedAt >= MINUTE) mergeRequest.updatedAt = now;
}
