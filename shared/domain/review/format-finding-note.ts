import { codeSpan } from '../../kernel/text/code-span.ts';
import { appendMarker } from '../../kernel/text/marker.ts';
import { sanitizeAgentText, sanitizeInline } from '../guard/sanitize-agent-text.ts';
import type { Finding } from './finding.ts';
import { encodeIdentity } from './fingerprint-finding.ts';
import { fenceFor } from './format-suggestion.ts';
import { linesOf } from './lines-of.ts';
import type { Placement } from './place-finding.ts';
import type { PlannedFinding } from './plan-notes.ts';
import { SEVERITY_NAMES } from './severity-names.ts';

/**
 * The text of a finding at one of its placements. Where the note does not stand at its lines, the text names them, and
 * a suggestion is shown without a button.
 */
export function formatFindingNote(
  { finding, identity, suggestion }: PlannedFinding,
  placement: Placement,
  { headSha, scope }: { headSha: string; scope: string },
): string {
  const parts = [`**${SEVERITY_NAMES[finding.severity]}:** ${sanitizeInline(finding.title)}`];
  if (placement.kind !== 'inline') parts.push(codeSpan(formatPlace(finding)));
  parts.push(sanitizeAgentText(finding.explanation, { maxChars: 8000 }));
  if (suggestion?.kind === 'applicable' && placement.kind === 'inline') parts.push(suggestion.markdown);
  else if (finding.suggestion) parts.push(`Suggested code:\n\n${sanitizeAgentText(asCode(finding.suggestion))}`);
  return appendMarker(parts.join('\n\n'), {
    purpose: 'finding',
    scope,
    sha: headSha,
    fingerprint: encodeIdentity(identity),
  });
}

/** `src/a.ts:12` or `src/a.ts:12-15`; lines of the old side say so. */
export function formatPlace(finding: Finding): string {
  const { first, last } = linesOf(finding);
  const lines = first === last ? `${first}` : `${first}-${last}`;
  return `${finding.path}:${lines}${finding.side === 'old' ? ' (before the change)' : ''}`;
}

function asCode(code: string): string {
  const fence = fenceFor(code);
  return `${fence}\n${code.replace(/\n$/, '')}\n${fence}`;
}
