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

const nested = (type: string, levels: number) =>
  Array.from({ length: levels }).reduce<AdfNode>((inner) => node(type, [inner]), p(text('a '), text('*b', 'strong')));

it.each([
  { type: 'blockquote', levels: 23, markdown: `${'> '.repeat(23)}a **\\*b**` },
  { type: 'blockquote', levels: 24, markdown: `${'> '.repeat(24)}a \\*b` },
  { type: 'expand', levels: 23, markdown: 'a **\\*b**' },
  { type: 'expand', levels: 24, markdown: 'a \\*b' },
  { type: 'x', levels: 23, markdown: 'a **\\*b**' },
  { type: 'x', levels: 24, markdown: 'a \\*b' },
  { type: 'bulletList', levels: 46, markdown: `${'- '.repeat(23)}a **\\*b**` },
  { type: 'bulletList', levels: 48, markdown: `${'- '.repeat(24)}a \\*b` },
  { type: 'taskList', levels: 23, markdown: `${'- '.repeat(22)}- [ ] a **\\*b**` },
  { type: 'taskList', levels: 24, markdown: `${'- '.repeat(23)}- [ ] a \\*b` },
  { type: 'taskList', levels: 25, markdown: `${'- '.repeat(24)}a \\*b` },
])('keeps the form of what is in $levels of $type as far as 24 levels go', ({ type, levels, markdown }) => {
  expect(adfToMarkdown(doc(nested(type, levels)))).toBe(markdown);
});

it.each([
  { name: 'quotes', type: 'blockquote' },
  { name: 'panels', type: 'panel' },
  { name: 'tasks', type: 'taskList' },
  { name: 'lists', type: 'bulletList' },
  { name: 'unknown nodes', type: 'matryoshka' },
  { name: 'tables', type: 'table' },
])('reads $name nested 20,000 deep as text', ({ type }) => {
  let adf: AdfNode = p(text('core'));
  for (let depth = 0; depth < 20_000; depth += 1) adf = { type, content: [adf] };

  expect(adfToMarkdown({ type: 'doc', content: [adf] })).toContain('core');
});

const doc = (...content: AdfNode[]) => node('doc', content);
const bullets = (...values: string[]) =>
  node(
    'bulletList',
    values.map((value) => li(p(text(value)))),
  );
const numbers = (order: unknown, ...values: string[]): AdfNode => ({
  ...bullets(...values),
  type: 'orderedList',
  ...(order === undefined ? {} : { attrs: { order } }),
});

it.each<{ name: string; adf: AdfNode; markdown: string }>([
  {
    name: 'text between blocks is a paragraph of its own',
    adf: doc(text('a'), p(text('b')), text('c'), node('hardBreak'), text('d'), node('rule')),
    markdown: 'a\n\nb\n\nc\\\nd\n\n---',
  },
  {
    name: 'every inline node may stand loose',
    adf: doc(
      node('mention', [], { text: '@A' }),
      node('emoji', [], { text: '!' }),
      node('date', [], { timestamp: '0' }),
      node('status', [], { text: 'S' }),
      node('placeholder', [], { text: 'p' }),
      node('inlineCard', [], { url: 'https://x.test' }),
      node('inlineExtension', [], { text: 'e' }),
      node('mediaInline'),
    ),
    markdown: '@A!1970-01-01[S\\]p<https://x.test>e[attachment\\]',
  },
  { name: 'empty paragraphs are nothing', adf: doc(p(), p(text('a')), p(), p(text('b'))), markdown: 'a\n\nb' },
  { name: 'a node that is no document is read all the same', adf: p(text('a')), markdown: 'a' },
  { name: 'a level above six is six', adf: node('heading', [text('T')], { level: 9 }), markdown: '###### T' },
  { name: 'a level below one is one', adf: node('heading', [text('T')], { level: -2 }), markdown: '# T' },
  { name: 'a level as text counts', adf: node('heading', [text('T')], { level: '3.9' }), markdown: '### T' },
  { name: 'a level that is none is one', adf: node('heading', [text('T')], { level: 'x' }), markdown: '# T' },
  { name: 'an empty heading is nothing', adf: node('heading', [text(' ')], { level: 2 }), markdown: '' },
  { name: 'a heading is one line', adf: node('heading', [text('a'), node('hardBreak'), text('b')]), markdown: '# a b' },
  { name: 'hashes that end a heading', adf: node('heading', [text('a # b ##')]), markdown: '# a # b \\##' },
  { name: 'a code block without a text', adf: node('codeBlock', [{ type: 'text' }]), markdown: '```\n```' },
  { name: 'an empty quote', adf: node('blockquote'), markdown: '>' },
  { name: 'a quote in a quote', adf: node('blockquote', [node('blockquote', [p(text('a'))])]), markdown: '> > a' },
  { name: 'a panel of no type', adf: node('panel', [p(text('a'))]), markdown: '> **Info:**\n>\n> a' },
  { name: 'a panel of its own make', adf: node('panel', [], { panelType: 'custom' }), markdown: '> **Note:**' },
  { name: 'a title on lines', adf: node('expand', [], { title: ' a\n*b* ' }), markdown: '**a \\*b\\***' },
  {
    name: 'a title of an expand in a table',
    adf: node('nestedExpand', [p(text('a'))], { title: 'T' }),
    markdown: '**T**\n\na',
  },
  { name: 'a heading without attributes', adf: { type: 'heading', content: [text('a')] }, markdown: '# a' },
  {
    name: 'a task without attributes',
    adf: node('taskList', [{ type: 'taskItem', content: [text('a')] }]),
    markdown: '- [ ] a',
  },
  {
    name: 'a numbered list without attributes below a text',
    adf: node('bulletList', [li(p(text('a')), { type: 'orderedList', content: [li(p(text('b')))] })]),
    markdown: '- a\n  1. b',
  },
  { name: 'a title of spaces', adf: node('expand', [p(text('a'))], { title: ' ' }), markdown: 'a' },
  { name: 'an embedded card', adf: node('embedCard', [], { url: 'https://x.test' }), markdown: '<https://x.test>' },
  { name: 'a card with nothing', adf: node('blockCard'), markdown: '' },
  { name: 'a picture alone', adf: node('media', [], { alt: 'a.png' }), markdown: '[attachment: a.png\\]' },
  {
    name: 'an extension with a body shows the body alone',
    adf: node('bodiedExtension', [p(text('a'))], { text: 'T' }),
    markdown: 'a',
  },
  {
    name: 'the text of an unknown node whose body is empty, escaped',
    adf: node('x', [p()], { text: '*T*' }),
    markdown: '\\*T\\*',
  },
])('$name', ({ adf, markdown }) => {
  expect(adfToMarkdown(adf)).toBe(markdown);
});

it.each<{ name: string; adf: AdfNode; markdown: string }>([
  { name: 'count from one where no start is given', adf: numbers(undefined, 'a', 'b'), markdown: '1. a\n2. b' },
  { name: 'count from zero', adf: numbers(0, 'a', 'b'), markdown: '0. a\n1. b' },
  { name: 'count from no negative number', adf: numbers(-3, 'a'), markdown: '0. a' },
  { name: 'count from a whole number', adf: numbers('2.9', 'a'), markdown: '2. a' },
  { name: 'take what is no number for zero', adf: numbers('x', 'a'), markdown: '0. a' },
  {
    name: 'indent what belongs to an item as far as its number',
    adf: node('orderedList', [li(p(text('a')), p(text('b')), node('codeBlock', [text('x\n\ny')]))], { order: 10 }),
    markdown: '10. a\n\n    b\n\n    ```\n    x\n\n    y\n    ```',
  },
  { name: 'show an empty item as its marker', adf: node('bulletList', [li(), li(p(text('a')))]), markdown: '-\n- a' },
  {
    name: 'begin an item with what its first text is behind an empty paragraph',
    adf: node('bulletList', [li(p(), p(text('a')), p(), p(text('b')))]),
    markdown: '- a\n\n  b',
  },
  {
    name: 'stand right below the first paragraph of an item, and apart from anything else',
    adf: node('bulletList', [
      li(p(text('a')), bullets('b'), bullets('c')),
      li(p(text('d')), p(text('e')), bullets('f')),
      li(node('codeBlock', [text('g')]), bullets('h')),
    ]),
    markdown: '- a\n  - b\n\n  * c\n- d\n\n  e\n\n  - f\n- ```\n  g\n  ```\n\n  - h',
  },
  {
    name: 'stand apart from a paragraph where they do not start with one',
    adf: node('bulletList', [li(p(text('a')), numbers(3, 'b')), li(p(text('c')), numbers(undefined, 'd'))]),
    markdown: '- a\n\n  3. b\n- c\n  1. d',
  },
  {
    name: 'take turns with their markers',
    adf: doc(bullets('a'), bullets('b'), bullets('c'), p(text('-')), bullets('d')),
    markdown: '- a\n\n* b\n\n- c\n\n\\-\n\n- d',
  },
  {
    name: 'of numbers take turns as well',
    adf: doc(numbers(1, 'a'), numbers(1, 'b'), numbers(1, 'c'), bullets('d'), numbers(1, 'e')),
    markdown: '1. a\n\n1) b\n\n1. c\n\n- d\n\n1. e',
  },
  {
    name: 'of tasks and decisions take turns with bullets',
    adf: doc(
      bullets('a'),
      node('taskList', [node('taskItem', [text('b')])]),
      node('decisionList', [node('decisionItem', [text('c')])]),
    ),
    markdown: '- a\n\n* [ ] b\n\n- c',
  },
  {
    name: 'of tasks inside of an item are tight',
    adf: node('bulletList', [
      li(p(text('a')), node('taskList', [node('taskItem', [text('b')])])),
      li(p(text('c')), node('decisionList', [node('decisionItem', [text('d')])])),
    ]),
    markdown: '- a\n  - [ ] b\n- c\n  - d',
  },
  {
    name: 'of tasks keep a list below its item, also where there is none',
    adf: node('taskList', [
      node('taskList', [node('taskItem', [text('a')])]),
      node('taskItem', [text('b')], { state: 'DONE' }),
      node('taskList', [node('taskItem', [text('c')]), node('taskItem', [text('d')])]),
    ]),
    markdown: '- - [ ] a\n- [x] b\n  - [ ] c\n  - [ ] d',
  },
  {
    name: 'show loose text of an item in its place',
    adf: node('bulletList', [li(text('a'), node('hardBreak'), text('b')), li(p(text('c')), text('d\ne'))]),
    markdown: '- a\\\n  b\n- c\n\n  d\\\n  e',
  },
])('lists $name', ({ adf, markdown }) => {
  expect(adfToMarkdown(adf)).toBe(markdown);
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
