/** Why a suggestion is shown as plain code instead of a button. */
export type SuggestionRefusal =
  | 'no-such-lines'
  | 'no-change'
  | 'line-ends'
  | 'unsafe-text'
  | 'too-far'
  | 'not-inline'
  | 'unknown-file';

export type AppliedSuggestion = { ok: true; content: string } | { ok: false; reason: SuggestionRefusal };

/**
 * Does to the file at the reviewed head what GitLab does when a person applies the suggestion: replaces the lines
 * `first` to `last` (from 1, both included) completely. An empty suggestion removes them.
 *
 * Files with CRLF are refused: GitLab inserts plain line feeds, and the file would end up with both.
 */
export function applySuggestion(
  content: string,
  range: { first: number; last: number },
  suggestion: string,
): AppliedSuggestion {
  const lines = content.match(/[^\n]*\n|[^\n]+/g) ?? [];
  if (range.first < 1 || range.last < range.first || range.last > lines.length)
    return { ok: false, reason: 'no-such-lines' };
  if (content.includes('\r\n') || suggestion.includes('\r')) return { ok: false, reason: 'line-ends' };
  const replacement = suggestion === '' ? '' : `${suggestion.replace(/\n$/, '')}\n`;
  const before = lines.slice(range.first - 1, range.last).join('');
  if (before === replacement || `${before}\n` === replacement) return { ok: false, reason: 'no-change' };
  return {
    ok: true,
    content: [...lines.slice(0, range.first - 1), replacement, ...lines.slice(range.last)].join(''),
  };
}
