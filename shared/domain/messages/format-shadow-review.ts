import { codeSpan } from '../../kernel/text/code-span.ts';
import { stripMarker } from '../../kernel/text/marker.ts';

/** A note that was not posted. */
export interface UnpostedNote {
  body: string;
  position?: { newPath: string; newLine?: number; oldLine?: number };
  /** The thread it would answer. */
  discussionId?: string;
}

/** A review as it would stand on the merge request, for the board. Markdown. */
export function formatShadowReview(notes: readonly UnpostedNote[]): string {
  const head = '**The agent made this review in shadow.** Nothing of it was posted.';
  return [head, ...notes.map((note) => `### ${describePlace(note)}\n\n${stripMarker(note.body).trim()}`)].join('\n\n');
}

function describePlace({ position, discussionId }: UnpostedNote): string {
  if (discussionId !== undefined) return 'Answer in a thread';
  if (!position) return 'Note';
  const line = position.newLine ?? position.oldLine;
  return `${codeSpan(position.newPath)}${line === undefined ? '' : `, line ${line}`}`;
}
