import { Secret } from '../secret.ts';
import { createSplitFinder } from './find-split.ts';
import { maskSpans, type Span } from './mask-spans.ts';
import { listSecretForms, SHORTEST_MASKED } from './secret-forms.ts';
import { findTokens, listTokenShapes, maskTokenShapes } from './token-shapes.ts';
import { unescapeText } from './unescape.ts';

/** What stands in a text where a secret was. */
export const MASK = '[secret]';

/** Masks secrets in everything that leaves the process: log lines, spans, comments, transcripts, error texts. */
export interface Redactor {
  /** From now on this value is masked in every form. Adding twice is fine. */
  add(secret: Secret | string): void;
  /** The text with known secrets and texts shaped like credentials replaced by `[secret]`. */
  redact(text: string): string;
  /**
   * The text with known secrets replaced and nothing else: for text that is worked on, where an example has to stay
   * one.
   */
  maskKnown(text: string): string;
  /** `maskKnown`, and what is probably a real credential by its look: for text that is written where people read it. */
  maskWritten(text: string): string;
}

/**
 * Creates the one redactor of a process. Values shorter than 4 characters cannot be masked; the settings refuse them.
 */
export function createRedactor(): Redactor {
  const values = new Set<string>();
  /** Short texts by what became of them; most of a log line is in the line before, too. */
  const masked = new Map<string, string>();
  const needles: Needle[] = [];
  const waiting: string[] = [];
  const plainSplits = createSplitFinder();
  const base64Splits = createSplitFinder();

  function add(secret: Secret | string): void {
    const value = secret instanceof Secret ? secret.reveal() : secret;
    if (value.length < SHORTEST_MASKED || values.has(value)) return;
    values.add(value);
    waiting.push(value);
    masked.clear();
  }

  /** Made when they are first looked for: a process that starts adds its secrets before it writes anything. */
  function listNeedles(): readonly Needle[] {
    for (const value of waiting.splice(0)) {
      const added = toNeedles(value);
      needles.push(...added);
      for (const { text, grows } of added) (grows ? base64Splits : plainSplits).add(text);
    }
    return needles;
  }

  function findKnown(text: string): Span[] {
    const known = listNeedles();
    const encoded = base64Splits.find(text).map(({ start, end }) => growOverBase64(text, start, end));
    return [...findSpans(text, known), ...plainSplits.find(text), ...encoded, ...findTwiceEncoded(text, known)];
  }

  function maskKnown(text: string): string {
    return maskSpans(text, [...findKnown(text), ...findEscapedSpans(text, findKnown)], MASK);
  }

  function maskWritten(text: string): string {
    const known = maskKnown(text);
    return maskSpans(known, [...findTokens(known), ...findEscapedSpans(known, findTokens)], MASK);
  }

  function redact(text: string): string {
    if (text.length > LONGEST_REMEMBERED) return maskAll(text);
    const known = masked.get(text);
    if (known !== undefined) return known;
    const result = maskAll(text);
    if (masked.size >= MOST_REMEMBERED) masked.clear();
    masked.set(text, result);
    return result;
  }

  function maskAll(text: string): string {
    const isHidden = (plain: string) => [...findKnown(plain), ...listTokenShapes(plain)];
    return maskTokenShapes(maskSpans(text, [...findKnown(text), ...findEscapedSpans(text, isHidden)], MASK), MASK);
  }

  return { add, redact, maskKnown, maskWritten };
}

const LONGEST_REMEMBERED = 64;
const MOST_REMEMBERED = 1000;

interface Needle {
  text: string;
  /** A base64 hit covers the whole run of base64 characters around it, so that `user:<value>` goes as one piece. */
  grows: boolean;
}

function toNeedles(value: string): Needle[] {
  const { plain, base64 } = listSecretForms(value);
  return [...plain.map((text) => ({ text, grows: false })), ...base64.map((text) => ({ text, grows: true }))];
}

/**
 * Hits may overlap (one secret inside another, two forms of one); `maskSpans` joins them, so no tail is left readable.
 */
function findSpans(text: string, needles: readonly Needle[]): Span[] {
  const spans: Span[] = [];
  for (const needle of needles) {
    let start = text.indexOf(needle.text);
    while (start !== -1) {
      const end = start + needle.text.length;
      const span = needle.grows ? growOverBase64(text, start, end) : { start, end };
      spans.push(span);
      // Overlapping hits of one needle count too ("aaaa" in "aaaaaa"); a grown span has swallowed everything inside it.
      start = text.indexOf(needle.text, needle.grows ? span.end : start + 1);
    }
  }
  return spans;
}

/**
 * Base64 that holds the base64 of a secret, as the logins of container registries in a Secret of Kubernetes do. The
 * whole of it is hidden.
 */
function findTwiceEncoded(text: string, needles: readonly Needle[]): Span[] {
  const spans: Span[] = [];
  if (!ENCODED_BRACES.some((begin) => text.includes(begin))) return spans;
  for (const { 0: run, index } of text.matchAll(LONG_BASE64)) {
    const plain = Buffer.from(run, 'base64').toString('latin1');
    // The payload of another token, such as a signature.
    if (!PRINTABLE.test(plain)) continue;
    const isHit = needles.some((needle) => needle.grows && plain.includes(needle.text));
    if (isHit) spans.push({ start: index, end: index + run.length });
  }
  return spans;
}

/** The begin of a JSON object in base64. */
const ENCODED_BRACES = ['eyJ', 'ewo'] as const;
const LONG_BASE64 = /(?:eyJ|ewo)[A-Za-z0-9+/]{30,}={0,2}/g;
const PRINTABLE = /^[\t\n\r -~]+$/;

/** What `find` finds in the text without the escapes of Markdown and HTML, as spans of the text with them. */
function findEscapedSpans(text: string, find: (plain: string) => Span[]): Span[] {
  const unescaped = unescapeText(text);
  if (!unescaped) return [];
  const { offsets } = unescaped;
  return find(unescaped.text).map(({ start, end }) => ({
    start: offsets[start] ?? 0,
    end: offsets[end] ?? text.length,
  }));
}

function growOverBase64(text: string, from: number, to: number): Span {
  let start = from;
  let end = to;
  while (start > 0 && isBase64(text.charCodeAt(start - 1))) start -= 1;
  while (end < text.length && isBase64(text.charCodeAt(end))) end += 1;
  while (end < text.length && text[end] === '=') end += 1;
  return { start, end };
}

function isBase64(code: number): boolean {
  const isDigit = code >= 48 && code <= 57;
  const isLetter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  // "+", "/", "-" and "_": both alphabets of RFC 4648.
  return isDigit || isLetter || code === 43 || code === 47 || code === 45 || code === 95;
}
