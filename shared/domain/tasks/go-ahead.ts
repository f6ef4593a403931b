import type { Addressee } from './addresses.ts';
import { readPlainWords } from './plain-words.ts';

/** All that a comment may say to approve a plan, besides the name of the agent before it and a mark at its end. */
const WORDS: ReadonlySet<string> = new Set(['go', 'go ahead', 'approve', 'approved', '👍']);

/**
 * Whether a comment says nothing but that the agent may go ahead: one line, in prose, of these words alone. What
 * stands beside them may be a condition, so a longer comment is none; nor is what is quoted, stands in code or is
 * formatted. The name of the agent may be missing, where the comment counts without it.
 */
export function isGoAhead(body: string, addressee: Addressee): boolean {
  const said = readPlainWords(body, addressee);
  return said !== undefined && WORDS.has(said.words);
}
