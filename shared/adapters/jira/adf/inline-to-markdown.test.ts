import { describe, expect, it } from 'vitest';

import type { AdfNode } from './adf.ts';
import { inlineToMarkdown } from './inline-to-markdown.ts';

const text = (value: string, ...marks: string[]): AdfNode => ({
  type: 'text',
  text: value,
  marks: marks.map((type) => ({ type })),
});
const linked = (value: string, href?: string, ...marks: string[]): AdfNode => ({
  type: 'text',
  text: value,
  marks: [...marks.map((type) => ({ type })), { type: 'link', attrs: { href } }],
});
const atom = (type: string, attrs: Record<string, unknown> = {}, content: AdfNode[] = []): AdfNode => ({
  type,
  attrs,
  content,
});
const hardBreak = { type: 'hardBreak' };

it.each<{ name: string; nodes: AdfNode[]; markdown: string }>([
  { name: 'a text that is none', nodes: [{ type: 'text', text: 7 as never }, text('a')], markdown: 'a' },
  { name: 'line ends of each kind', nodes: [text('a\r\nb\rc\nd')], markdown: 'a\\\nb\\\nc\\\nd' },
  { name: 'code on one line', nodes: [text('a \n  b', 'code')], markdown: '`a b`' },
  { name: 'code with marks', nodes: [text('a', 'code', 'strong')], markdown: '**`a`**' },
  { name: 'breaks at the end', nodes: [text('a'), hardBreak, hardBreak, text(' ')], markdown: 'a' },
  {
    name: 'a break at the end of two lines',
    nodes: [text('aa'), hardBreak, text('bb'), hardBreak],
    markdown: 'aa\\\nbb',
  },
  { name: 'brackets in a mark', nodes: [text('[a] b', 'strong')], markdown: '**[a] b**' },
  {
    name: 'a tag that stands in a mark as text',
    nodes: [text('a<br>', 'strong'), text(' b')],
    markdown: '**a\\<br>** b',
  },
  { name: 'a card without attributes', nodes: [{ type: 'inlineCard' }], markdown: '' },
  { name: 'a card of HTTP', nodes: [atom('inlineCard', { url: 'http://x.test' })], markdown: '<http://x.test>' },
  { name: 'a card of mail', nodes: [atom('inlineCard', { url: 'mailto:a@x.test' })], markdown: '<mailto:a@x.test>' },
  {
    name: 'a card of words before an address',
    nodes: [atom('inlineCard', { url: 'see https://x.test' })],
    markdown: 'see https://x.test',
  },
  {
    name: 'a card of an address with a space',
    nodes: [atom('inlineCard', { url: 'https://x.test/a *b' })],
    markdown: 'https://x.test/a \\*b',
  },
  { name: 'breaks alone', nodes: [hardBreak, hardBreak], markdown: '' },
  { name: 'a break at the start', nodes: [hardBreak, text('a')], markdown: '\\\na' },
  { name: 'two breaks in a row', nodes: [text('a'), hardBreak, hardBreak, text('b')], markdown: 'a\\\n\\\nb' },
  { name: 'a backslash before a break', nodes: [text('a\\'), hardBreak, text('b')], markdown: 'a\\\\\\\nb' },
  { name: 'a line of spaces after a break', nodes: [text('a'), hardBreak, text('  - b ')], markdown: 'a\\\n\\- b' },
  {
    name: 'a mention without the sign, with a line end and markup',
    nodes: [atom('mention', { text: 'Ann\n*X*' })],
    markdown: '@Ann \\*X\\*',
  },
  { name: 'a mention of no account', nodes: [atom('mention')], markdown: '@someone' },
  { name: 'an emoji with nothing', nodes: [text('a'), atom('emoji'), text('b')], markdown: 'ab' },
  { name: 'a date as a number', nodes: [atom('date', { timestamp: 1582152559000 })], markdown: '2020-02-19' },
  { name: 'a date before the epoch', nodes: [atom('date', { timestamp: '-1' })], markdown: '1969-12-31' },
  { name: 'a date that is none, escaped', nodes: [atom('date', { timestamp: '*soon*' })], markdown: '\\*soon\\*' },
  { name: 'a date with nothing', nodes: [text('a'), atom('date', { timestamp: '' }), atom('date')], markdown: 'a' },
  { name: 'a status on lines', nodes: [atom('status', { text: 'IN\nPROGRESS' })], markdown: '[IN PROGRESS\\]' },
  { name: 'a status with nothing', nodes: [atom('status')], markdown: '[\\]' },
  { name: 'a placeholder', nodes: [atom('placeholder', { text: 'Type *here*' })], markdown: 'Type \\*here\\*' },
  { name: 'a placeholder with nothing', nodes: [atom('placeholder')], markdown: '' },
  { name: 'an extension', nodes: [atom('inlineExtension', { text: 'a\nb' })], markdown: 'a b' },
  { name: 'a file in a line', nodes: [atom('mediaInline', { alt: 'a\nb.png' })], markdown: '[attachment: a b.png\\]' },
  {
    name: 'a picture with a name',
    nodes: [atom('media', { url: 'https://x.test/a.png', alt: 'a [b]\nc' })],
    markdown: '![a [b] c](https://x.test/a.png)',
  },
  { name: 'a card with nothing', nodes: [text('a'), atom('inlineCard'), text('b')], markdown: 'ab' },
  { name: 'a card whose data is none', nodes: [atom('inlineCard', { data: null })], markdown: '' },
  { name: 'a card whose data has no address', nodes: [atom('inlineCard', { data: { url: 7 } })], markdown: '' },
  {
    name: 'an unknown node with children',
    nodes: [atom('wrap', { text: 'not this' }, [text('a', 'strong'), atom('x', { text: '*' })])],
    markdown: '**a**\\*',
  },
  { name: 'an unknown leaf with marks', nodes: [{ type: 'x', text: 'a', marks: [{ type: 'strong' }] }], markdown: 'a' },
  {
    name: 'a mention in a link',
    nodes: [{ ...atom('mention', { text: '@A' }), marks: [{ type: 'link', attrs: { href: 'https://x.test' } }] }],
    markdown: '[@A](https://x.test)',
  },
])('$name', ({ nodes, markdown }) => {
  expect(inlineToMarkdown(nodes, '\\\n')).toBe(markdown);
});

it.each<{ name: string; nodes: AdfNode[]; markdown: string }>([
  { name: 'marks of spaces alone', nodes: [text('a'), text('  ', 'strong'), text('b')], markdown: 'a  b' },
  { name: 'a break in a mark', nodes: [text('a', 'em'), hardBreak, text('b', 'em')], markdown: '_a_\\\n_b_' },
  { name: 'a break at the edges of a mark', nodes: [text('\na\n', 'strong'), text('b')], markdown: '\\\n**a**\\\nb' },
  { name: 'spaces before a mark', nodes: [text('a'), text('  b', 'strong'), text('c')], markdown: 'a  **b**c' },
  { name: 'spaces behind a mark', nodes: [text('a'), text('b  ', 'strong'), text('c')], markdown: 'a**b**  c' },
  { name: 'one mark around another', nodes: [text('a', 'strong'), text('b', 'strong', 'em')], markdown: '**a*b***' },
  { name: 'strike in strong', nodes: [text('a', 'strong', 'strike')], markdown: '~~**a**~~' },
  { name: 'a mark between a word and a sign', nodes: [text('a'), text('(b)', 'strong')], markdown: 'a(b)' },
  { name: 'a mark between a sign and a word', nodes: [text('(b)', 'strong'), text('a')], markdown: '(b)a' },
  { name: 'a mark of signs between spaces', nodes: [text('a '), text('(b)', 'em'), text(' c')], markdown: 'a _(b)_ c' },
  { name: 'a mark behind a word', nodes: [text('a'), text('b', 'em')], markdown: 'a*b*' },
  { name: 'a mark before a word', nodes: [text('b', 'em'), text('a')], markdown: '*b*a' },
  { name: 'a mark beside a letter that is not ASCII', nodes: [text('ü'), text('b', 'em')], markdown: 'ü*b*' },
  { name: 'a mark beside a sign', nodes: [text('('), text('b', 'em'), text(')')], markdown: '(_b_)' },
  { name: 'a link without an address', nodes: [linked('a')], markdown: 'a' },
  {
    name: 'a link with spaces around',
    nodes: [text('x'), linked(' a ', 'https://x.test')],
    markdown: 'x [a](https://x.test)',
  },
  {
    name: 'two links beside each other',
    nodes: [linked('a', 'https://x.test/1'), linked('b', 'https://x.test/2')],
    markdown: '[a](https://x.test/1)[b](https://x.test/2)',
  },
  { name: 'brackets in a link', nodes: [linked('a [b]', 'https://x.test')], markdown: '[a \\[b\\]](https://x.test)' },
  {
    name: 'an address of another kind as its own text',
    nodes: [linked('mailto:a', 'mailto:a')],
    markdown: '[mailto:a](mailto:a)',
  },
  {
    name: 'an address in another one as its own text',
    nodes: [linked('x:https://y.test', 'x:https://y.test')],
    markdown: '[x:https://y.test](x:https://y.test)',
  },
  {
    name: 'an address with a space as its own text',
    nodes: [linked('https://x.test/a b', 'https://x.test/a b')],
    markdown: '[https://x.test/a b](<https://x.test/a b>)',
  },
  {
    name: 'an address that is escaped as its own text',
    nodes: [linked('http://x.test/_a', 'http://x.test/_a')],
    markdown: '<http://x.test/_a>',
  },
])('writes $name', ({ nodes, markdown }) => {
  expect(inlineToMarkdown(nodes, '\\\n')).toBe(markdown);
});

describe('unknown nodes in each other', () => {
  const nested = (levels: number) =>
    Array.from({ length: levels }).reduce<AdfNode>((inner) => atom('x', {}, [inner]), text('*a', 'strong'));
  it.each([
    { levels: 24, markdown: '**\\*a**' },
    { levels: 25, markdown: '\\*a' },
    { levels: 20_000, markdown: '\\*a' },
  ])('keep their form as far as 24 levels go: $levels', ({ levels, markdown }) => {
    expect(inlineToMarkdown([nested(levels)], '\\\n')).toBe(markdown);
  });
});

describe('exponents and indices', () => {
  const raised = (value: string, type?: string): AdfNode => ({
    type: 'text',
    text: value,
    marks: [{ type: 'strong' }, { type: 'subsup', attrs: { type } }],
  });
  it.each([
    { name: 'of no kind are text', node: raised('2'), markdown: '**2**' },
    { name: 'of another kind are text', node: raised('2', 'script'), markdown: '**2**' },
    { name: 'of spaces are spaces', node: raised(' ', 'sup'), markdown: '' },
    { name: 'are escaped', node: raised('*', 'sup'), markdown: '**<sup>\\*</sup>**' },
  ])('$name', ({ node, markdown }) => {
    expect(inlineToMarkdown([node], '\\\n')).toBe(markdown);
  });
});

describe('in a cell or heading', () => {
  it.each<{ lineBreak: '<br>' | ' '; markdown: string }>([
    { lineBreak: '<br>', markdown: '- a<br># b' },
    { lineBreak: ' ', markdown: '- a # b' },
  ])('a break is "$lineBreak", and nothing starts a block', ({ lineBreak, markdown }) => {
    expect(inlineToMarkdown([text(' - a'), hardBreak, text('# b ')], lineBreak)).toBe(markdown);
  });

  it('a break at the edge of a mark stays outside of it', () => {
    expect(inlineToMarkdown([text('x'), text('\na\n', 'strong'), text('y')], '<br>')).toBe('x<br>**a**<br>y');
  });
});
