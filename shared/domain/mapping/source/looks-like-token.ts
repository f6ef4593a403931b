import { findTokens } from '../../../kernel/redaction/token-shapes.ts';

/**
 * Recognises text that is probably a secret: every shape of `kernel/redaction/token-shapes.ts`, and long runs of mixed
 * characters that are chosen for no name. Digests (`image@sha256:...`) are none.
 */
export function looksLikeToken(text: string): boolean {
  return hasKnownForm(text) || text.replaceAll(DIGEST, '').split(SEPARATORS).some(isOpaque);
}

/** The documented forms only: safe to use on prose, where a long hash may be harmless. */
export function hasKnownForm(text: string): boolean {
  return findTokens(text).length > 0;
}

/** The same text with every word that looks like a secret replaced, so that it may be shown. */
export function hideTokens(text: string): string {
  return text.replace(/[^\s"'`]+/g, (word) => (looksLikeToken(word) ? HIDDEN : word));
}

/** What is shown in place of a value that looks like a secret. */
export const HIDDEN = '[not shown: looks like a token]';

/** Algorithm and value as container images (opencontainers image-spec) and Subresource Integrity write them. */
const DIGEST = /\bsha(?:1|256|384|512)(?::[0-9a-f]{32,128}|-[A-Za-z0-9+/]{27,86}={0,2})/gi;
const SEPARATORS = /[^A-Za-z0-9]+/;
const SHORTEST_OPAQUE = 18;

function isOpaque(run: string): boolean {
  if (run.length < SHORTEST_OPAQUE) return false;
  if (/^[0-9a-f]{32,}$/i.test(run)) return /[0-9]/.test(run) && /[a-f]/i.test(run);
  if (!/[a-z]/.test(run) || !/[A-Z]/.test(run) || !/[0-9]/.test(run)) return false;
  // CamelCase names change class too, but rarely more than once in four characters; random ones do in every second.
  return classChanges(run) / run.length >= 0.3;
}

function classChanges(run: string): number {
  let changes = 0;
  for (let index = 1; index < run.length; index += 1) {
    const [before, after] = [classOf(run.charCodeAt(index - 1)), classOf(run.charCodeAt(index))];
    if (before !== after && !(before === 'upper' && after === 'lower')) changes += 1;
  }
  return changes;
}

function classOf(code: number): 'digit' | 'upper' | 'lower' {
  if (code < 58) return 'digit';
  return code < 91 ? 'upper' : 'lower';
}
