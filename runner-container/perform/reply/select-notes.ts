import { isOpenThread } from '../../../shared/domain/review/is-open-thread.ts';
import { listPublicNotes } from '../../../shared/domain/review/list-public-notes.ts';
import { stripMarker } from '../../../shared/kernel/text/marker.ts';
import type { Thread } from './find-thread.ts';

/** What a session on a note is given of what was said. */
export interface SelectedNotes {
  /** The thread of the note, oldest first. */
  notes: Thread['note'][];
  /** Open threads besides this one, by what began them. */
  otherThreads: string[];
}

const MAX_OTHER_THREADS = 10;

/** Selects what everyone who sees the merge request may read, because the answer is for them. */
export function selectNotes({ discussion, discussions }: Thread): SelectedNotes {
  const others = discussions.filter(({ id, individualNote }) => id !== discussion.id && !individualNote);
  return {
    notes: listPublicNotes(discussion),
    otherThreads: others
      .map(listPublicNotes)
      .filter(isOpenThread)
      .slice(-MAX_OTHER_THREADS)
      .flatMap(([first]) => (first ? [stripMarker(first.body)] : [])),
  };
}
