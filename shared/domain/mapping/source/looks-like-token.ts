import { findTokens } from '../../../kernel/redaction/token-shapes.ts';

/**
 * Recognises text that is probably a secret: every shape of `kernel/redaction/token-shapes.ts`, and long runs of mixed
 * characters that are chosen for no name. Digests (`image@sha256:...`, a commit in a command) are none.
 */
export function looksLikeToken(text: string): boolean {
  return hasKnownForm(text) || hideDigests(text).split(SEPARATORS).some(isOpaque);
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
/** Hex as long as MD5, SHA-1, SHA-224, SHA-256, SHA-384 and SHA-512 are, such as the id of a commit. */
const HEX =
  /(?<![0-9A-Za-z])(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})(?![0-9A-Za-z])/gi;
/** What stands before a value that is a secret, whatever its form. */
const NAMES_SECRET =
  /(?:key|token|secret|passw(?:or)?d|pwd|credentials?|auth\w{0,20}|bearer)["']?(?:\s{0,3}[:=]\s{0,3}|\s{1,3})["']?$/i;
const SEPARATORS = /[^A-Za-z0-9]+/;
const SHORTEST_OPAQUE = 18;

/** Alone, hex may be anything, and behind the name of a secret it is one; among other words it names content. */
function hideDigests(text: string): string {
  const isAlone = (hex: string) => hex.length === text.trim().length;
  return text.replaceAll(DIGEST, '').replaceAll(HEX, (hex, at: number, whole: string) => {
    return isAlone(hex) || NAMES_SECRET.test(whole.slice(Math.max(0, at - 40), at)) ? hex : '';
  });
}

function isOpaque(run: string): boolean {
  if (run.length < SHORTEST_OPAQUE) return false;
  if (/^[0-9a-f]{32,}$/i.test(run)) return /[0-9]/.test(run) && /[a-f]/i.test(run);
  // Classes of tests are called so, with as many digits and capitals as a token: `OAuth2JwtS3UploadV2IT`.
  if (/^(?:[A-Z][a-z]*\d?)+$/.test(run) && /[A-Z][a-z]{3}.*(?:Tests?|Spec|IT)$/.test(run)) return false;
  if (!/[a-z]/.test(run) || !/[A-Z]/.test(run) || !/[0-9]/.test(run)) return false;
  // CamelCase names change class too, but rarely more than once in four characters; random ones do in every second.
  return [...run.matchAll(CLASS_CHANGE)].length / run.length >= 0.3;
}

/** A character before one of another class; a capital before a small letter is how words begin. */
const CLASS_CHANGE = /[a-z](?=[A-Z0-9])|[A-Z](?=[0-9])|[0-9](?=[A-Za-z])/g;
