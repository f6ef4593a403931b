import { describe, expect, it } from 'vitest';
import { wrapLines, wrapWords } from './wrap-words.ts';

describe('wrapWords', () => {
  it.each([
    { text: 'one two three', width: 7, lines: ['one two', 'three'] },
    { text: 'one', width: 10, lines: ['one'] },
    { text: 'a https://example.com/a/long/one b', width: 8, lines: ['a', 'https://example.com/a/long/one', 'b'] },
    { text: '', width: 8, lines: [''] },
    { text: 'one  two  three', width: 8, lines: ['one  two', 'three'] },
    { text: 'one   three', width: 5, lines: ['one', 'three'] },
  ])('breaks "$text" between words', ({ text, width, lines }) => {
    expect(wrapWords(text, width)).toEqual(lines);
  });
});

describe('wrapLines', () => {
  it.each([
    { text: 'short', wrapped: 'short' },
    { text: 'a sentence that is longer than a line', wrapped: 'a sentence that is\nlonger than a line' },
    { text: '  an indented sentence goes on', wrapped: '  an indented\n  sentence goes on' },
    { text: 'failure   push-rejected: no push', wrapped: 'failure   push-rejected:\n          no push' },
    { text: '\u001b[1mbold words count as\u001b[22m shown', wrapped: '\u001b[1mbold words count as\u001b[22m\nshown' },
    {
      text: '\u001b[2m\u001b[36mcolours take no\u001b[39m\u001b[22m room',
      wrapped: '\u001b[2m\u001b[36mcolours take no\u001b[39m\u001b[22m room',
    },
    { text: 'one\n\nthree is a longer line than', wrapped: 'one\n\nthree is a longer\nline than' },
  ])('wraps "$text" below what it belongs to', ({ text, wrapped }) => {
    expect(wrapLines(text, 20)).toBe(wrapped);
  });
});
