import { expect, it } from 'vitest';
import { escapeAttribute, escapeText } from './escape-text.ts';

it.each([
  ['a < b & "c"', 'a &lt; b &amp; &quot;c&quot;'],
  ['_x0041_', '_x005F_x0041_'],
  ['_\u0001x0041_', '_x005F_x0041_'],
  ['a\u0000b\tc\n', 'ab\tc\n'],
])('writes the text %j of a cell as %j', (text, xml) => {
  expect(escapeText(text)).toBe(xml);
});

it('leaves an address as it is but for what XML needs', () => {
  expect(escapeAttribute('https://example.com/_x0041_?a=1&b="2"')).toBe(
    'https://example.com/_x0041_?a=1&amp;b=&quot;2&quot;',
  );
});

it('looks no further at a text without anything to escape, and misses no character', () => {
  const characters = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));
  expect(characters.filter((one) => escapeText(one) !== escapeAttribute(one))).toEqual([]);
});
