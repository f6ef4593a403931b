import type { Sha } from '../facts/commit.ts';

/** What a message says it takes back or repeats. SHAs may be short. */
export interface References {
  reverts: { readonly commits: readonly string[]; readonly mergeRequests: readonly number[] };
  pickedFrom: readonly Sha[];
}

/** Reads the sentences that `git revert`, `git cherry-pick -x` and GitLab's buttons write. */
export function parseReferences(text: string): References {
  if (!refers(text)) return NOTHING;
  return {
    reverts: {
      commits: all(text, /\bThis reverts commit ([0-9a-f]{7,64})\b/g),
      mergeRequests: all(text, /\bThis reverts merge request (?:[\w./-]+)?!([1-9][0-9]{0,9})\b/g).map(Number),
    },
    pickedFrom: all(text, /\(cherry picked from commit ([0-9a-f]{40}|[0-9a-f]{64})\)/g),
  };
}

/** The text without these sentences, so that what they quote is not read as said by the author. */
export function withoutReferences(text: string): string {
  if (!refers(text)) return text;
  return text
    .replace(/\(cherry picked from [^)\n]*\)/g, '')
    .replace(/\bThis reverts (?:commit|merge request)[^\n]*/g, '');
}

const NOTHING: References = { reverts: { commits: [], mergeRequests: [] }, pickedFrom: [] };

/** Every message is read, most of them more than once, and few have such a sentence. */
function refers(text: string): boolean {
  return text.includes('This reverts ') || text.includes('(cherry picked from ');
}

function all(text: string, pattern: RegExp): string[] {
  return [...new Set(Array.from(text.matchAll(pattern), (match) => match[1] ?? ''))];
}
