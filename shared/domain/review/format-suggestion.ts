import { MASK } from '../../kernel/redaction/redact.ts';
import { isQuickAction } from '../guard/quick-actions.ts';
import { type AppliedSuggestion, applySuggestion, type SuggestionRefusal } from './apply-suggestion.ts';
import type { Finding } from './finding.ts';
import { linesOf } from './lines-of.ts';
import type { Placement } from './place-finding.ts';

/** GitLab cuts the offsets of a suggestion here. */
const MAX_OFFSET = 100;

export type PlannedSuggestion = { kind: 'applicable'; markdown: string } | { kind: 'shown'; reason: SuggestionRefusal };

/**
 * A suggestion with a button, when it applies cleanly to the file at the reviewed head and stands at a line of the new
 * side; otherwise the reason why it is only shown. `undefined` when the finding suggests nothing.
 */
export function planSuggestion(
  finding: Finding,
  placement: Placement,
  headContent: string | undefined,
): PlannedSuggestion | undefined {
  if (finding.suggestion == null) return undefined;
  const { first, last } = linesOf(finding);
  const anchor = placement.kind === 'inline' ? placement.position.newLine : undefined;
  if (anchor === undefined || finding.side === 'old') return { kind: 'shown', reason: 'not-inline' };
  const offsets = { above: anchor - first, below: last - anchor };
  if (offsets.above > MAX_OFFSET || offsets.below > MAX_OFFSET) return { kind: 'shown', reason: 'too-far' };
  if (headContent === undefined) return { kind: 'shown', reason: 'unknown-file' };
  const applied: AppliedSuggestion = applySuggestion(headContent, { first, last }, finding.suggestion);
  if (!applied.ok) return { kind: 'shown', reason: applied.reason };
  if (!isSafe(finding.suggestion)) return { kind: 'shown', reason: 'unsafe-text' };
  return { kind: 'applicable', markdown: formatSuggestion(finding.suggestion, offsets) };
}

/** GitLab's fence, longer than any run of backticks inside. Offsets count lines above and below the commented one. */
export function formatSuggestion(suggestion: string, { above, below }: { above: number; below: number }): string {
  const fence = fenceFor(suggestion);
  const text = suggestion.replace(/\n$/, '');
  return `${fence}suggestion:-${above}+${below}\n${suggestion === '' ? '' : `${text}\n`}${fence}`;
}

/** A fence that nothing inside can close. */
export function fenceFor(code: string): string {
  const longest = Math.max(0, ...(code.match(/`+/g) ?? []).map((run) => run.length));
  return '`'.repeat(Math.max(3, longest + 1));
}

/**
 * Its text must stay byte for byte, so nothing in it can be defused: commands and marker look-alikes are not offered,
 * and neither is what masking has changed, which one click would write into the file.
 */
function isSafe(suggestion: string): boolean {
  const isMasked = suggestion.includes(MASK);
  return !isMasked && !suggestion.split('\n').some(isQuickAction) && !/<!--\s*cmap/i.test(suggestion);
}
