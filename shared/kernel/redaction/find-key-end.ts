/**
 * Offset at which the base64 of a private key ends whose header ends at `start`; `undefined` where none stands there,
 * because the header is only named. What follows the key, a text without its footer included, is no part of it.
 */
export function findKeyEnd(text: string, start: number): number | undefined {
  const rest = text.slice(start, start + LONGEST_KEY);
  const boundary = BOUNDARY.exec(rest);
  const body = boundary ? rest.slice(0, boundary.index) : rest;
  if (boundary?.[1] === 'END' && isBody(body)) return start + body.length;
  return findBase64End(text, start, start + body.length);
}

/** Characters of base64 in a part of a text; those of words and names count as well. */
export function countBase64(text: string): number {
  return text.length - text.replaceAll(/[A-Za-z0-9+/]/g, '').length;
}

/** Far above the longest key in use: one of 16,384 bits has some 13,000 characters. */
const LONGEST_KEY = 128 * 1024;
/**
 * RFC 7468, OpenPGP (RFC 9580, 6.2) and, with four hyphens, SSH2 (RFC 4716); PuTTY has lines of its own. What may
 * begin a key ends the one before, so that no part of a text is read for two of them.
 */
const BOUNDARY = /-{4,5} ?(BEGIN|END) |\bPrivate-(?:Lines|MAC): /;

/** What a program puts between two lines of a key: line ends as such or escaped, quotes, signs of lists and diffs. */
const BETWEEN = String.raw`(?:\\[nrt]|[^A-Za-z0-9=\\-]|\\(?![nrt])|-(?!-))`;
/** Some JSON escapes the slash. It begins with no sign of `BETWEEN`: each text is read in one way only. */
const SIGN = String.raw`(?:[A-Za-z0-9+/]|\\/)`;
const lineOf = (least: number, most: string) => `[A-Za-z0-9]${SIGN}{${least - 1},${most}}={0,2}`;
/** `Proc-Type: 4,ENCRYPTED` of RFC 1421, `Version: GnuPG` of OpenPGP. */
const HEADER = String.raw`(?:\\[nr]|[\r\n])${BETWEEN}{0,20}[A-Z][A-Za-z-]{1,20}: [^\r\n\\]{0,200}`;
/** The last lines may be short; so is the checksum of OpenPGP. Padding is seen in no word. */
const LAST = `(?:${BETWEEN}{0,60}=?${lineOf(1, '40')}){1,2}(?=${BETWEEN}{0,60}(?:$|-{4}))`;
const PADDED = `${BETWEEN}{1,60}[A-Za-z0-9]${SIGN}{0,40}={1,2}(?![A-Za-z0-9=])`;
/** Nothing that must match follows a repetition, so that none is tried again. */
const LINES = new RegExp(
  `(?:${HEADER}){0,8}${BETWEEN}{0,80}${lineOf(20, '')}(?:${BETWEEN}{1,60}${lineOf(16, '')})*(?:${LAST}|${PADDED})?`,
  'y',
);

function findBase64End(text: string, start: number, end: number): number | undefined {
  LINES.lastIndex = 0;
  const found = LINES.exec(text.slice(start, end) + text.slice(end, end + 4));
  return found ? start + found[0].length : undefined;
}

/** Between header and footer stands a key alone, or one with something before each line, such as the time of a log. */
function isBody(body: string): boolean {
  if (/^(?:\\[nrt]|[\sA-Za-z0-9+/=])*$/.test(body)) return countBase64(body) >= 4;
  const lines = body.match(/[A-Za-z0-9+/]{40,}/g) ?? [];
  return lines.join('').length * 3 > body.replaceAll(/\s/g, '').length;
}
