import { utcDay } from '../../kernel/utc-day.ts';
import { isLongerThan, labelUntrusted } from './label-untrusted.ts';
import { shortLine } from './short-line.ts';
import type { KeepWhole } from './ticket-fields.ts';

export interface PromptComment {
  author: string;
  /** Milliseconds since the Unix epoch. */
  createdAt: number;
  /** Markdown. */
  body: string;
}

const MAX_COMMENT_CHARACTERS = 4000;
const MAX_COMMENTS = 20;

/**
 * Comments under a heading, each in a block of its own; of more than fit the newest, newest first, with a file that has
 * all of them. Nothing where there are none.
 */
export function formatComments(title: string, name: string, comments: PromptComment[], whole: KeepWhole): string[] {
  if (comments.length === 0) return [];
  const left = Math.max(0, comments.length - MAX_COMMENTS);
  const shown = comments
    .map((comment, index) => ({ comment, number: index + 1 }))
    .slice(left)
    .map(({ comment, number }) => formatComment(name, comment, number, whole));
  if (left === 0) return [`## ${title}`, ...shown];
  const all = comments.map((comment, index) => `# ${name} ${index + 1}\n\n${describeComment(comment)}`);
  const file = whole(`all-${name.replaceAll(' ', '-')}s.md`, all.toReversed().join('\n\n'));
  const note = `The newest come first. The ${left} oldest are left out here; all ${comments.length} are in ${file}.`;
  return [`## ${title}\n\n${note}`, ...shown.toReversed()];
}

function formatComment(name: string, comment: PromptComment, number: number, whole: KeepWhole): string {
  return labelOrKeep({ name: `${name} ${number}`, text: describeComment(comment), cap: MAX_COMMENT_CHARACTERS }, whole);
}

function describeComment({ author, createdAt, body }: PromptComment): string {
  return `${shortLine(author)}, ${utcDay(createdAt)}:\n${body}`;
}

/** A labelled block; what is cut of it is kept whole in a file of its name. */
export function labelOrKeep(
  { name, text, cap }: { name: string; text: string; cap: number },
  whole: KeepWhole,
): string {
  if (!isLongerThan(text, cap)) return labelUntrusted(name, text, cap);
  return labelUntrusted(name, text, cap, { wholeTextIn: whole(`${name.replaceAll(' ', '-')}.md`, text) });
}
