/**
 * Text from outside as a person would see it: without control characters, without characters that turn the direction of
 * writing, and without invisible ones that can carry words only a model reads (Unicode tags, variation selectors of the
 * supplement, zero-width spaces). Line ends become `\n`. Joiners stay, because scripts and emoji need them.
 */
export function cleanText(text: string): string {
  return text.toWellFormed().replace(/\r\n?/g, '\n').replace(EVERY_INVISIBLE, '');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]/u;
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const HIDDEN = /[\u00ad\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e01ef}]/u;
/** One character that a reader does not see. */
export const INVISIBLE = new RegExp([CONTROL, DIRECTION, HIDDEN].map(({ source }) => source).join('|'), 'u');
const EVERY_INVISIBLE = new RegExp(INVISIBLE.source, 'gu');
