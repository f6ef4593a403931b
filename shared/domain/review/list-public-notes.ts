import type { Discussion, Note } from '../ports/gitlab.ts';

/**
 * What was said in a thread for everyone who sees the merge request, oldest first: neither what GitLab wrote itself nor
 * notes that only members may see. What a session is given may come back in a change or a note that is public.
 */
export function listPublicNotes({ notes }: Pick<Discussion, 'notes'>): Note[] {
  return notes.filter(({ system, internal }) => !system && !internal);
}
