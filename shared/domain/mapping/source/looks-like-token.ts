/**
 * Recognises text that is probably a secret: prefixes the services document for their tokens, key material, a password
 * inside a URL, and long runs of mixed characters no person chooses as a name.
 */
export function looksLikeToken(text: string): boolean {
  return hasKnownForm(text) || text.split(SEPARATORS).some(isOpaque);
}

/** The documented forms only: safe to use on prose, where a long hash may be harmless. */
export function hasKnownForm(text: string): boolean {
  return KNOWN_FORMS.test(text);
}

/** The same text with every word that looks like a secret replaced, so that it may be shown. */
export function hideTokens(text: string): string {
  return text.replace(/[^\s"'`]+/g, (word) => (looksLikeToken(word) ? HIDDEN : word));
}

/** What is shown in place of a value that looks like a secret. */
export const HIDDEN = '[not shown: looks like a token]';

// GitLab: docs.gitlab.com/security/tokens (token prefixes). GitHub: "GitHub's token formats". Atlassian: API tokens begin with ATATT.
const KNOWN_FORMS = new RegExp(
  [
    String.raw`\b(?:glpat|glptt|gldt|glrt|glrtr|glcbt|glsoat|glffct|gloas|glimt|glagent|glft|glwt)-[\w.=-]{6,}`,
    String.raw`\bgh[pousr]_\w{16,}`,
    String.raw`\bgithub_pat_\w{16,}`,
    String.raw`\bAT(?:ATT|CTT|BBT?)\w[\w=-]{12,}`,
    String.raw`\bsk-[\w-]{16,}`,
    String.raw`\bxox[abeoprs]-[\w-]{8,}`,
    String.raw`\bAKIA[0-9A-Z]{12,}`,
    String.raw`\bey[A-Za-z0-9_-]{14,}\.ey[A-Za-z0-9_-]{8,}`,
    '-----BEGIN ',
    String.raw`\b(?:AccountKey|SharedAccessSignature|SharedAccessKey)=`,
    String.raw`\bBearer\s+[\w.~+/=-]{8,}`,
    String.raw`:\/\/[^\s/@]*:[^\s/@]+@`,
  ].join('|'),
);

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
