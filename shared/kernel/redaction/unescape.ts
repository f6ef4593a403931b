import { INVISIBLE } from '../text/clean-text.ts';

/** A text without its escapes, and where each of its characters came from. */
export interface UnescapedText {
  text: string;
  /** Offset in the escaped text at which the character of this index begins; one entry more for the end. */
  offsets: number[];
}

/**
 * The text as a reader sees it who takes away the backslashes of Markdown, the entities of HTML, the escapes of JSON
 * and what is not seen at all, with full-width letters and odd hyphens as ordinary ones; `undefined` where there is
 * none of these. Markdown and ADF escape a secret too: `a*b~c<d` becomes `a\*b\~c&lt;d`; so do programs that write
 * JSON: `a+b` becomes `a\u002Bb`. A zero-width space splits one until `cleanText` takes it away, and a joiner or a
 * variation selector stays there for good.
 */
export function unescapeText(text: string): UnescapedText | undefined {
  if (!MAY_HIDE.test(text)) return undefined;
  const parts: string[] = [];
  const offsets: number[] = [];
  let copied = 0;
  const copyUntil = (end: number) => {
    parts.push(text.slice(copied, end));
    for (let index = copied; index < end; index += 1) offsets.push(index);
  };
  for (const match of text.matchAll(ESCAPE)) {
    copyUntil(match.index);
    const character = readEscape(match[0]);
    parts.push(character);
    for (let unit = 0; unit < character.length; unit += 1) offsets.push(match.index);
    copied = match.index + match[0].length;
  }
  if (copied === 0) return undefined;
  copyUntil(text.length);
  offsets.push(text.length);
  return { text: parts.join(''), offsets };
}

/** `\p{DI}`: what Unicode says shows as nothing (DerivedCoreProperties.txt, Default_Ignorable_Code_Point). */
const NOT_SEEN = String.raw`${INVISIBLE.source}|\p{DI}`;
/** Hyphens of typesetting, which models write too, and full-width letters of East Asian keyboards. */
const LOOKALIKE = String.raw`[\u2010\u2011\uff0d\uff10-\uff19\uff21-\uff3a\uff3f\uff41-\uff5a]`;
const MAY_HIDE = new RegExp(String.raw`[\\&]|${LOOKALIKE}|${NOT_SEEN}`, 'u');
const SIGNS = /\\{1,2}u[0-9a-f]{4}|\\[!-/:-@[-`{-~]|&(?:lt|gt|amp|quot|apos|nbsp|#\d{1,7}|#x[0-9a-f]{1,6});/i;
const ESCAPE = new RegExp(`${SIGNS.source}|${LOOKALIKE}|${NOT_SEEN}`, 'giu');

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ' };

function readEscape(escaped: string): string {
  const unit = /^\\{1,2}u(?<hex>.{4})$/i.exec(escaped)?.groups?.['hex'];
  if (unit !== undefined) return String.fromCharCode(Number.parseInt(unit, 16));
  if (escaped.startsWith('\\')) return escaped.slice(1);
  if (!escaped.startsWith('&')) return readLookalike(escaped.charCodeAt(0));
  const name = escaped.slice(1, -1).toLowerCase();
  const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return ENTITIES[name] ?? (code <= 0x10ffff ? String.fromCodePoint(code) : escaped);
}

/** What the character stands for; nothing for one that is not seen. */
function readLookalike(code: number): string {
  if (code === 0x2010 || code === 0x2011) return '-';
  return code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : '';
}
