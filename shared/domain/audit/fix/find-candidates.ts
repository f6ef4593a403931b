import type { ReportChange } from '../report/change.ts';
import type { ReportStory } from '../report/story.ts';

export interface Candidate {
  key: string;
  summary: string;
  because: string;
}

const MAX_CANDIDATES = 3;
/** Share of words in common from which a summary is taken for that of a title. */
const ALIKE = 0.5;

/**
 * Stories that a change without a ticket may belong to: those it mentions, then stories without code whose summary has
 * half of the words in common with its title. Nothing is proposed that only the assignee speaks for.
 */
export function findCandidates(
  change: ReportChange,
  mentions: readonly string[],
  stories: readonly ReportStory[],
): Candidate[] {
  const mentioned = stories
    .filter((story) => mentions.includes(story.key))
    .map(({ key, summary }) => ({ key, summary, because: 'The merge request mentions it.' }));
  const words = wordsOf(change.title);
  const alike = stories
    .filter((story) => story.needsCode && story.coverage === 'none' && !mentions.includes(story.key))
    .map((story) => ({ story, share: share(words, wordsOf(story.summary)) }))
    .filter((one) => one.share >= ALIKE)
    .sort((a, b) => b.share - a.share)
    .map(({ story: { key, summary } }) => ({
      key,
      summary,
      because: 'It has no code, and its summary is like the title.',
    }));
  return [...mentioned, ...alike].slice(0, MAX_CANDIDATES);
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? []);
}

/** Words in common by all words of the shorter text. */
function share(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const common = [...a].filter((word) => b.has(word)).length;
  const shorter = Math.min(a.size, b.size);
  return shorter < 2 ? 0 : common / shorter;
}
