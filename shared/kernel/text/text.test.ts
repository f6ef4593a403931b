import { expect, it } from 'vitest';

import { codeSpan } from './code-span.ts';
import { cutText } from './cut-text.ts';
import { fitText } from './fit-text.ts';
import { fitWords } from './fit-words.ts';
import { oneLine } from './one-line.ts';

it.each([
  { text: 'short', max: 10, fitted: 'short' },
  { text: 'exactly 10', max: 10, fitted: 'exactly 10' },
  { text: 'eleven char', max: 10, fitted: 'eleven ch…' },
  { text: 'abc💡def', max: 5, fitted: 'abc…' },
  { text: 'half \ud83d', max: 10, fitted: 'half \ufffd' },
])('fits $text into $max', ({ text, max, fitted }) => {
  expect(fitText(text, max)).toBe(fitted);
});

it.each([
  { text: '', max: 3, cut: '' },
  { text: 'abc', max: 3, cut: 'abc' },
  { text: 'abcd', max: 3, cut: 'abc' },
  { text: 'ab💡', max: 3, cut: 'ab' },
  { text: 'ab💡', max: 4, cut: 'ab💡' },
  { text: 'ab\ud83d', max: 10, cut: 'ab' },
  { text: '\ud83d', max: 10, cut: '' },
])('cuts $text to $max', ({ text, max, cut }) => {
  expect(cutText(text, max)).toBe(cut);
});

it.each([
  { text: 'two words', max: 9, fitted: 'two words' },
  { text: 'two words', max: 8, fitted: 'two…' },
  { text: 'onewordonly', max: 5, fitted: '…' },
  { text: 'a\nb c', max: 4, fitted: 'a\nb…' },
  { text: `${'word '.repeat(3)}glpat-abcdef`, max: 24, fitted: 'word word word…' },
])('fits whole words of $text into $max', ({ text, max, fitted }) => {
  expect(fitWords(text, max)).toBe(fitted);
});

it.each([
  { text: '  a \r\n b\tc\u2028d\u0085e\u000bf ', line: 'a b c d e f' },
  { text: 'a\u0000b', line: 'a b' },
  { text: '', line: '' },
])('puts $text on one line', ({ text, line }) => {
  expect(oneLine(text)).toBe(line);
});

it.each([
  { value: 'a`b', span: '``a`b``' },
  { value: '`a', span: '`` `a ``' },
  { value: 'a\r\nb', span: '`a b`' },
  { value: '<!-- x', span: '`<\u200B!-- x`' },
])('makes $value a code span', ({ value, span }) => {
  expect(codeSpan(value)).toBe(span);
});
