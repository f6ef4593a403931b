import { describe, expect, it } from 'vitest';

import { codeBlock, codeSpan, escapeLineStart, escapeText, link } from './escape-markdown.ts';

describe('escapeText', () => {
  it.each([
    { text: 'C:\\temp \\d', escaped: 'C:\\temp \\d' },
    { text: '\\* \\! \\~ end\\', escaped: '\\\\\\* \\\\! \\\\\\~ end\\\\' },
    { text: '2 * 3, a*b, *c', escaped: '2 * 3, a\\*b, \\*c' },
    { text: '~/bin or ~/.x, x~/y, ~~ a ~b', escaped: '~/bin or ~/.x, x\\~/y, \\~\\~ a \\~b' },
    { text: 'snake_case 4_2 ü_ß', escaped: 'snake_case 4_2 ü_ß' },
    { text: '_a_ b_ _c x_.', escaped: '\\_a\\_ b\\_ \\_c x\\_.' },
    { text: '[WIP] [a](b) [a][b] [c]: d]', escaped: '[WIP] [a\\](b) [a\\][b] [c\\]: d\\]' },
    { text: 'a < b <b> </b> <!-- <?x', escaped: 'a < b \\<b> \\</b> \\<!-- \\<?x' },
    { text: '<B> &AMP; &#38; &x26; & b; &a b;', escaped: '\\<B> \\&AMP; \\&#38; \\&x26; & b; &a b;' },
    { text: '`a` ``', escaped: '\\`a\\` \\`\\`' },
  ])('$text', ({ text, escaped }) => {
    expect(escapeText(text)).toBe(escaped);
  });

  it('escapes every bracket inside of a link', () => {
    expect(escapeText('[a] b', { insideLink: true })).toBe('\\[a\\] b');
  });
});

describe('escapeLineStart', () => {
  it.each([
    { line: '# a', escaped: '\\# a' },
    { line: '######', escaped: '\\######' },
    { line: '####### a', escaped: '####### a' },
    { line: '#5 is done', escaped: '#5 is done' },
    { line: '> a', escaped: '\\> a' },
    { line: '- a', escaped: '\\- a' },
    { line: '+', escaped: '\\+' },
    { line: '* a', escaped: '\\* a' },
    { line: '-1 degree', escaped: '-1 degree' },
    { line: '===  ', escaped: '\\===  ' },
    { line: '== a', escaped: '== a' },
    { line: '--- ', escaped: '\\--- ' },
    { line: '-- a', escaped: '-- a' },
    { line: '[x] a', escaped: '\\[x] a' },
    { line: '[X] a', escaped: '\\[X] a' },
    { line: '[ ] a', escaped: '\\[ ] a' },
    { line: '[x]a', escaped: '[x]a' },
    { line: '|---|---|', escaped: '\\|---|---|' },
    { line: ':-: | --', escaped: '\\:-: | --' },
    { line: '| :-- |', escaped: '\\| :-- |' },
    { line: '-', escaped: '\\-' },
    { line: '--', escaped: '\\--' },
    { line: '| a |', escaped: '| a |' },
    { line: '1. a', escaped: '1\\. a' },
    { line: '123456789) a', escaped: '123456789\\) a' },
    { line: '1234567890. a', escaped: '1234567890. a' },
    { line: '7.', escaped: '7\\.' },
    { line: '1.5 hours', escaped: '1.5 hours' },
    { line: 'a # b - c 1. d', escaped: 'a # b - c 1. d' },
  ])('$line', ({ line, escaped }) => {
    expect(escapeLineStart(line)).toBe(escaped);
  });
});

describe('codeSpan', () => {
  it.each([
    { text: 'a', span: '`a`' },
    { text: '`a', span: '`` `a ``' },
    { text: 'a`', span: '`` a` ``' },
    { text: 'a `` ` b', span: '```a `` ` b```' },
    { text: ' a ', span: '`  a  `' },
    { text: ' a\nb ', span: '`  a\nb  `' },
    { text: ' a', span: '` a`' },
    { text: 'a ', span: '`a `' },
    { text: 'a b ', span: '`a b `' },
    { text: '   ', span: '`   `' },
  ])('$text', ({ text, span }) => {
    expect(codeSpan(text)).toBe(span);
  });
});

describe('codeBlock', () => {
  it.each([
    { text: 'a', language: undefined, block: '```\na\n```' },
    { text: '', language: 'ts', block: '```ts\n```' },
    { text: '``', language: 'c++', block: '```c++\n``\n```' },
    { text: 'a ```` b', language: '`x y`', block: '`````xy\na ```` b\n`````' },
  ])('$text', ({ text, language, block }) => {
    expect(codeBlock(text, language)).toBe(block);
  });
});

describe('link', () => {
  it.each([
    { target: 'https://x.test/a-b?c=d', link: '[t](https://x.test/a-b?c=d)' },
    { target: 'https://x.test/a b', link: '[t](<https://x.test/a b>)' },
    { target: 'https://x.test/\r\na', link: '[t](https://x.test/a)' },
    { target: 'https://x.test/<a>\\&b', link: '[t](<https://x.test/\\<a\\>\\\\\\&b>)' },
    { target: 'https://x.test/a_b', link: '[t](<https://x.test/a_b>)' },
    { target: '', link: '[t](<>)' },
  ])('$target', ({ target, link: written }) => {
    expect(link('t', target)).toBe(written);
  });
});
