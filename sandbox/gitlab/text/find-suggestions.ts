/** A change of lines that a note proposes. */
export interface Suggestion {
  /** Lines above and below the one the note stands at that are replaced with it. */
  above: number;
  below: number;
  /** Every line with its break; empty to remove the lines. */
  content: string;
}

const FENCE = /^(`{3,})suggestion(?::-(\d+)\+(\d+))?[ \t]*\n(.*?)^\1[ \t]*$/gms;

/**
 * The suggestions of a note's text in order.
 * https://docs.gitlab.com/user/project/merge_requests/reviews/suggestions/
 */
export function findSuggestions(text: string): Suggestion[] {
  return [...text.replaceAll('\r\n', '\n').matchAll(FENCE)].map(([, , above = '0', below = '0', content = '']) => ({
    above: Number(above),
    below: Number(below),
    content,
  }));
}
