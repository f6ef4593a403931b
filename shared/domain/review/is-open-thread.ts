import type { Note } from '../ports/gitlab.ts';

/** Whether one of the notes of a thread is to be resolved and is not. */
export function isOpenThread(notes: readonly Note[]): boolean {
  return notes.some(({ resolvable, resolved, system }) => resolvable && !resolved && !system);
}
