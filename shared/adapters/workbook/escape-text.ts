const SPECIAL: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters that XML 1.0 does not hold; tab and line ends are fine. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get into the file.
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

/** Has each text that is not written as it is: most are, and to see that is cheaper than to replace. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get into the file.
const SUSPECT = /[&<>"_\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;

/** Text of a cell as XML. Excel reads `_x0041_` as A, so a text that has such a thing is written so that it stays. */
export function escapeText(text: string): string {
  if (!SUSPECT.test(text)) return text;
  return text
    .replace(FORBIDDEN, '')
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(/[&<>"]/g, (character) => SPECIAL[character] ?? character);
}

/** The value of an attribute, such as an address, as XML: outside of cells `_x0041_` means itself. */
export function escapeAttribute(text: string): string {
  return text.replace(FORBIDDEN, '').replace(/[&<>"]/g, (character) => SPECIAL[character] ?? character);
}
