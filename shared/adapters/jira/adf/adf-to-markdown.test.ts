import { expect, it } from 'vitest';

import type { AdfNode } from './adf.ts';
import { adfToMarkdown } from './adf-to-markdown.ts';

const text = (value: string, ...marks: string[]): AdfNode => ({
  type: 'text',
  text: value,
  ...(marks.length > 0 ? { marks: marks.map((type) => ({ type })) } : {}),
});
const linked = (value: string, href: string): AdfNode => ({
  type: 'text',
  text: value,
  marks: [{ type: 'link', attrs: { href } }],
});
const node = (type: string, content: AdfNode[] = [], attrs: Record<string, unknown> = {}): AdfNode => ({
  type,
  attrs,
  content,
});
const p = (...content: AdfNode[]) => node('paragraph', content);
const li = (...content: AdfNode[]) => node('listItem', content);

it.each<{ name: string; adf: unknown; markdown: string }>([
  { name: 'a missing description is empty', adf: null, markdown: '' },
  { name: 'a plain string passes', adf: 'h1. *plain*', markdown: 'h1. *plain*' },
  { name: 'what is not a document is empty', adf: { content: [text('x')] }, markdown: '' },
  { name: 'content that is not a list is tolerated', adf: { type: 'doc', content: 'x' }, markdown: '' },
  {
    name: 'marks that are none are left out',
    adf: {
      type: 'doc',
      content: [{ type: 'paragraph', content: [{ type: 'text', text: 'x', marks: [null, 1, { type: 'strong' }] }] }],
    },
    markdown: '**x**',
  },
  {
    name: 'children that are not nodes are left out',
    adf: node('doc', [null as never, 7 as never, p(text('a'))]),
    markdown: 'a',
  },
  { name: 'text directly in the document is a paragraph', adf: node('doc', [text('a'), text('b')]), markdown: 'ab' },
  { name: 'headings', adf: node('heading', [text('Title #')], { level: 2 }), markdown: '## Title \\#' },
  { name: 'a heading of no level is one', adf: node('heading', [text('T')]), markdown: '# T' },
  {
    name: 'marks',
    adf: p(text('a', 'strong'), text(' '), text('b', 'em'), text(' '), text('c', 'strike')),
    markdown: '**a** _b_ ~~c~~',
  },
  { name: 'nested marks', adf: p(text('a', 'strong', 'em')), markdown: '**_a_**' },
  { name: 'spaces stay outside of marks', adf: p(text('a'), text(' b ', 'strong'), text('c')), markdown: 'a **b** c' },
  {
    name: 'emphasis inside a word',
    adf: p(text('un'), text('believ', 'em'), text('able')),
    markdown: 'un*believ*able',
  },
  { name: 'marks Markdown has no word for are dropped', adf: p(text('a', 'underline', 'textColor')), markdown: 'a' },
  { name: 'code keeps its backticks', adf: p(text('a `b`', 'code')), markdown: '`` a `b` ``' },
  { name: 'links', adf: p(linked('docs', 'https://x.test/a')), markdown: '[docs](https://x.test/a)' },
  {
    name: 'a link that is its own text',
    adf: p(linked('https://x.test/a', 'https://x.test/a')),
    markdown: '<https://x.test/a>',
  },
  {
    name: 'link targets with parentheses',
    adf: p(linked('d', 'https://x.test/(a)')),
    markdown: '[d](<https://x.test/(a)>)',
  },
  {
    name: 'one link around two marks',
    adf: p(
      { ...linked('a', 'https://x.test'), marks: [...(linked('', 'https://x.test').marks ?? []), { type: 'strong' }] },
      linked('b', 'https://x.test'),
    ),
    markdown: '[**a**b](https://x.test)',
  },
  { name: 'hard breaks', adf: p(text('a'), node('hardBreak'), text('b')), markdown: 'a\\\nb' },
  { name: 'a newline inside a text is a break', adf: p(text('a\nb')), markdown: 'a\\\nb' },
  { name: 'a break at the end is nothing', adf: p(text('a'), node('hardBreak')), markdown: 'a' },
  {
    name: 'text that looks like markup stays text',
    adf: p(text('# 1 *a* `b` <b> ![x](y) &amp;')),
    markdown: '\\# 1 \\*a\\* \\`b\\` \\<b> ![x\\](y) \\&amp;',
  },
  {
    name: 'ordinary text is not escaped',
    adf: p(text('snake_case 2 * 3 C:\\temp ~/bin [WIP] a < b')),
    markdown: 'snake_case 2 * 3 C:\\temp ~/bin [WIP] a < b',
  },
  {
    name: 'a line that looks like a list stays a line',
    adf: p(text('1. a'), node('hardBreak'), text('- b')),
    markdown: '1\\. a\\\n\\- b',
  },
  { name: 'code blocks', adf: node('codeBlock', [text('a\n  b')], { language: 'ts' }), markdown: '```ts\na\n  b\n```' },
  { name: 'code blocks that contain fences', adf: node('codeBlock', [text('```')]), markdown: '````\n```\n````' },
  {
    name: 'nested lists',
    adf: node('bulletList', [
      li(p(text('a')), node('orderedList', [li(p(text('b'))), li(p(text('c')))], { order: 1 })),
      li(p(text('d'))),
    ]),
    markdown: '- a\n  1. b\n  2. c\n- d',
  },
  {
    name: 'ordered lists keep their start',
    adf: node('orderedList', [li(p(text('a')))], { order: 9 }),
    markdown: '9. a',
  },
  {
    name: 'list items of several blocks',
    adf: node('bulletList', [li(p(text('a')), node('codeBlock', [text('x')]))]),
    markdown: '- a\n\n  ```\n  x\n  ```',
  },
  {
    name: 'lists beside each other stay apart',
    adf: node('doc', [node('bulletList', [li(p(text('a')))]), node('bulletList', [li(p(text('b')))])]),
    markdown: '- a\n\n* b',
  },
  {
    name: 'tasks',
    adf: node('taskList', [
      node('taskItem', [text('a')], { state: 'TODO' }),
      node('taskList', [node('taskItem', [text('b')], { state: 'DONE' })]),
    ]),
    markdown: '- [ ] a\n  - [x] b',
  },
  {
    name: 'tasks of blocks',
    adf: node('taskList', [node('blockTaskItem', [p(text('a')), p(text('b'))], { state: 'DONE' })]),
    markdown: '- [x] a\n\n  b',
  },
  { name: 'decisions', adf: node('decisionList', [node('decisionItem', [text('yes')])]), markdown: '- yes' },
  { name: 'quotes', adf: node('blockquote', [p(text('a')), p(text('b'))]), markdown: '> a\n>\n> b' },
  {
    name: 'panels say what they are',
    adf: node('panel', [p(text('hot'))], { panelType: 'warning' }),
    markdown: '> **Warning:**\n>\n> hot',
  },
  {
    name: 'expands keep title and body',
    adf: node('expand', [p(text('a'))], { title: 'More' }),
    markdown: '**More**\n\na',
  },
  { name: 'expands without a title', adf: node('nestedExpand', [p(text('a'))]), markdown: 'a' },
  { name: 'rules', adf: node('doc', [p(text('a')), node('rule'), p(text('b'))]), markdown: 'a\n\n---\n\nb' },
  {
    name: 'layouts are their columns',
    adf: node('layoutSection', [node('layoutColumn', [p(text('a'))]), node('layoutColumn', [p(text('b'))])]),
    markdown: 'a\n\nb',
  },
  { name: 'mentions', adf: p(node('mention', [], { id: '1', text: '@Leigh' }), text(' hi')), markdown: '@Leigh hi' },
  { name: 'mentions without a name', adf: p(node('mention', [], { id: '712020:ab' })), markdown: '@712020:ab' },
  {
    name: 'emoji',
    adf: p(node('emoji', [], { shortName: ':smile:', text: '😄' }), node('emoji', [], { shortName: ':cmap:' })),
    markdown: '😄:cmap:',
  },
  { name: 'dates', adf: p(node('date', [], { timestamp: '1582152559000' })), markdown: '2020-02-19' },
  { name: 'dates that are none', adf: p(node('date', [], { timestamp: 'soon' })), markdown: 'soon' },
  {
    name: 'status lozenges',
    adf: p(node('status', [], { text: 'IN PROGRESS', color: 'blue' })),
    markdown: '[IN PROGRESS\\]',
  },
  {
    name: 'cards are addresses',
    adf: node('doc', [
      p(node('inlineCard', [], { url: 'https://x.test/1' })),
      node('blockCard', [], { data: { url: 'https://x.test/2' } }),
    ]),
    markdown: '<https://x.test/1>\n\n<https://x.test/2>',
  },
  {
    name: 'pictures are placeholders',
    adf: node('mediaSingle', [
      node('media', [], { type: 'file', id: '1', collection: '', alt: 'shot.png' }),
      node('caption', [text('The page')]),
    ]),
    markdown: '[attachment: shot.png\\]\n\nThe page',
  },
  {
    name: 'files without a name',
    adf: node('mediaGroup', [node('media', [], { type: 'file', id: '1', collection: '' })]),
    markdown: '[attachment\\]',
  },
  {
    name: 'pictures from elsewhere',
    adf: node('mediaSingle', [node('media', [], { type: 'external', url: 'https://x.test/a.png' })]),
    markdown: '![](https://x.test/a.png)',
  },
  {
    name: 'tables',
    adf: node('table', [
      node('tableRow', [node('tableHeader', [p(text('a'))]), node('tableHeader', [p(text('b|c'))])]),
      node('tableRow', [
        node('tableCell', [p(text('1')), p(text('2'))]),
        node('tableCell', [node('bulletList', [li(p(text('x'))), li(p(text('y')))])]),
      ]),
    ]),
    markdown: '| a | b\\|c |\n| --- | --- |\n| 1<br>2 | • x<br>• y |',
  },
  {
    name: 'tables without a header, with merged cells',
    adf: node('table', [
      node('tableRow', [node('tableCell', [p(text('a'))], { colspan: 2 })]),
      node('tableRow', [node('tableCell', [p(text('b'))]), node('tableCell', [p(text('c'))])]),
    ]),
    markdown: '|  |  |\n| --- | --- |\n| a |  |\n| b | c |',
  },
  {
    name: 'unknown blocks keep their text',
    adf: node('hologram', [p(text('a')), node('x', [text('b')])]),
    markdown: 'a\n\nb',
  },
  { name: 'unknown leaves keep their text', adf: p(node('sparkle', [], { text: 'shine' })), markdown: 'shine' },
  {
    name: 'extensions show their text',
    adf: node('extension', [], { extensionKey: 'toc', text: 'Contents' }),
    markdown: 'Contents',
  },
])('$name', ({ adf, markdown }) => {
  expect(adfToMarkdown(adf)).toBe(markdown);
});

it.each([
  { name: 'quotes', type: 'blockquote' },
  { name: 'lists', type: 'bulletList' },
  { name: 'unknown nodes', type: 'matryoshka' },
  { name: 'tables', type: 'table' },
])('reads $name nested 20,000 deep as text', ({ type }) => {
  let adf: AdfNode = p(text('core'));
  for (let depth = 0; depth < 20_000; depth += 1) adf = { type, content: [adf] };

  expect(adfToMarkdown({ type: 'doc', content: [adf] })).toContain('core');
});

const raised = (value: string, type: 'sup' | 'sub'): AdfNode => ({
  type: 'text',
  text: value,
  marks: [{ type: 'subsup', attrs: { type } }],
});

it.each<{ name: string; adf: AdfNode; markdown: string }>([
  { name: 'an exponent', adf: p(text('10'), raised('6', 'sup')), markdown: '10<sup>6</sup>' },
  { name: 'an index', adf: p(text('H'), raised('2', 'sub'), text('O')), markdown: 'H<sub>2</sub>O' },
  {
    name: 'a break in a code block',
    adf: node('codeBlock', [text('a'), { type: 'hardBreak' }, text('b')]),
    markdown: '```\na\nb\n```',
  },
])('$name keeps its meaning', ({ adf, markdown }) => {
  expect(adfToMarkdown(adf)).toBe(markdown);
});

it('a cell that spans rows pushes the cells of the rows below to their own columns', () => {
  const cell = (value: string, attrs: Record<string, unknown> = {}) => node('tableCell', [p(text(value))], attrs);
  const header = (value: string) => node('tableHeader', [p(text(value))]);
  const table = node('table', [
    node('tableRow', [header('A'), header('B'), header('C')]),
    node('tableRow', [cell('1', { rowspan: 3 }), cell('2', { colspan: 2, rowspan: 2 })]),
    node('tableRow', []),
    node('tableRow', [cell('3'), cell('4')]),
  ]);
  expect(adfToMarkdown(table).split('\n').slice(2)).toEqual(['| 1 | 2 |  |', '|  |  |  |', '|  | 3 | 4 |']);
});
