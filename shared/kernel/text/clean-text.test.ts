import { expect, it } from 'vitest';

import { cleanText } from './clean-text.ts';

it.each([
  { name: 'control characters', text: 'a\u0000b\u001b[31mc\u007f\u0085d', clean: 'ab[31mcd' },
  { name: 'changes of direction', text: 'if (x\u202e } \u2066// ok\u2069)', clean: 'if (x } // ok)' },
  {
    name: 'words written in invisible tags',
    text: `a${String.fromCodePoint(0xe0049, 0xe0067, 0xe006e)}b`,
    clean: 'ab',
  },
  { name: 'words written in variation selectors', text: `a${String.fromCodePoint(0xe0101, 0xe0155)}b`, clean: 'ab' },
  { name: 'zero-width spaces and byte order marks', text: '\ufeffto\u200bken', clean: 'token' },
])('removes $name', ({ text, clean }) => {
  expect(cleanText(text)).toBe(clean);
});

it.each([
  { name: 'tabs and line ends', text: 'a\tb\nc' },
  { name: 'other scripts', text: 'Grüße, 日本語, می‌خواهم' },
  { name: 'emoji made of several', text: '👩‍💻 ❤️' },
])('keeps $name', ({ text }) => {
  expect(cleanText(text)).toBe(text);
});

it('makes line ends one kind and replaces halves of characters', () => {
  expect(cleanText('a\r\nb\rc\ud800d')).toBe('a\nb\nc\ufffdd');
});
