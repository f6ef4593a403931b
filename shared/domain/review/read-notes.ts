import type { Discussion, Note } from '../ports/gitlab.ts';
import { ownMarker } from './read-threads.ts';

/**
 * The head commit of the last finished review, from the newest summary note. Only the agent's own plain notes are
 * believed: a person who pastes a marker changes nothing.
 */
export function readReviewedHead(notes: readonly Note[], ownUserId: number): string | undefined {
  const sha = findSummaryNote(notes, ownUserId)?.sha;
  return sha && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(sha) ? sha : undefined;
}

/** The summary note to edit in place, with the head it names. */
export function findSummaryNote(notes: readonly Note[], ownUserId: number): { note: Note; sha?: string } | undefined {
  for (const note of notes.toSorted((left, right) => right.id - left.id)) {
    const marker = note.position ? undefined : ownMarker(note, ownUserId);
    if (marker?.purpose === 'summary') return { note, ...(marker.sha ? { sha: marker.sha } : {}) };
  }
  return undefined;
}

/** Whether a person paused the reviews of this merge request: the agent's newest word on it decides. */
export function isPaused(notes: readonly Note[], ownUserId: number): boolean {
  const newest = notes
    .toSorted((left, right) => right.id - left.id)
    .map((note) => ownMarker(note, ownUserId)?.purpose)
    .find((purpose) => purpose === 'paused' || purpose === 'resumed');
  return newest === 'paused';
}

/** The agent's own answer to a note, when there is one already. */
export function findAnswerTo(noteId: number, notes: readonly Note[], ownUserId: number): Note | undefined {
  return notes.find((note) => ownMarker(note, ownUserId)?.answers === noteId);
}

export interface ActionCounts {
  /** Answers of the agent in this thread. */
  inThread: number;
  /** Answers of the agent on this merge request in the last hour. */
  inLastHour: number;
  /** The agent already said that it stops here. */
  notifiedInThread: boolean;
}

/** Counts the agent's answers; findings and summaries are not answers. */
export function countActions(
  discussions: readonly Discussion[],
  { discussionId, ownUserId, now }: { discussionId: string; ownUserId: number; now: number },
): ActionCounts {
  const answersIn = (discussion: Discussion) =>
    discussion.notes.filter((note) => ownMarker(note, ownUserId)?.answers !== undefined);
  const thread = discussions.filter(({ id }) => id === discussionId).flatMap(answersIn);
  const hourAgo = now - 60 * 60 * 1000;
  return {
    inThread: thread.length,
    inLastHour: discussions.flatMap(answersIn).filter((note) => note.createdAt > hourAgo).length,
    notifiedInThread: thread.some((note) => ownMarker(note, ownUserId)?.purpose === 'cap-reached'),
  };
}
