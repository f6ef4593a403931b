import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv-draft-04';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { specsFolder } from '../../../../test/specs/specs-folder.ts';
import type { AdfNode } from './adf.ts';
import { markdownToAdf } from './markdown-to-adf.ts';

const text = (value: string, ...marks: string[]) => ({
  type: 'text',
  text: value,
  ...(marks.length > 0 ? { marks: marks.map((type) => ({ type })) } : {}),
});
const linked = (value: string, href: string) => ({
  type: 'text',
  text: value,
  marks: [{ type: 'link', attrs: { href } }],
});
const p = (...content: object[]) => ({ type: 'paragraph', content });
const li = (...content: object[]) => ({ type: 'listItem', content });

it.each<{ name: string; markdown: string; content: object[] }>([
  { name: 'nothing', markdown: '', content: [] },
  { name: 'a line end inside a paragraph is a space', markdown: 'a\nb', content: [p(text('a b'))] },
  {
    name: 'hard breaks',
    markdown: 'a\\\nb  \nc<br>d',
    content: [
      p(
        text('a'),
        { type: 'hardBreak' },
        text('b'),
        { type: 'hardBreak' },
        text('c'),
        { type: 'hardBreak' },
        text('d'),
      ),
    ],
  },
  {
    name: 'real links',
    markdown: '[merge request](https://x.test/1)',
    content: [p(linked('merge request', 'https://x.test/1'))],
  },
  {
    name: 'bare addresses become links',
    markdown: 'see https://x.test/1 now',
    content: [p(text('see '), linked('https://x.test/1', 'https://x.test/1'), text(' now'))],
  },
  { name: 'reference links', markdown: '[a][b]\n\n[b]: https://x.test', content: [p(linked('a', 'https://x.test'))] },
  {
    name: 'scripts never become links',
    markdown: '[a](javascript:alert(1))',
    content: [p(text('a (javascript:alert(1))'))],
  },
  {
    name: 'paths stay readable',
    markdown: '[the code](src/a.ts) and [src/b.ts](src/b.ts)',
    content: [p(text('the code (src/a.ts) and src/b.ts'))],
  },
  {
    name: 'pictures become links',
    markdown: '![shot](https://x.test/a.png)',
    content: [p(linked('shot', 'https://x.test/a.png'))],
  },
  { name: 'strikethrough', markdown: '~~a~~', content: [p(text('a', 'strike'))] },
  { name: 'code never has emphasis', markdown: '**a `b`**', content: [p(text('a ', 'strong'), text('b', 'code'))] },
  {
    name: 'code may be a link',
    markdown: '[`a`](https://x.test)',
    content: [
      p({ type: 'text', text: 'a', marks: [{ type: 'link', attrs: { href: 'https://x.test' } }, { type: 'code' }] }),
    ],
  },
  {
    name: 'code blocks',
    markdown: '```ts\na\n\nb\n```',
    content: [{ type: 'codeBlock', attrs: { language: 'ts' }, content: [text('a\n\nb')] }],
  },
  { name: 'empty code blocks', markdown: '```\n```', content: [{ type: 'codeBlock' }] },
  { name: 'code that is not closed', markdown: '```\na', content: [{ type: 'codeBlock', content: [text('a')] }] },
  {
    name: 'ordered lists keep their start',
    markdown: '3. a',
    content: [{ type: 'orderedList', attrs: { order: 3 }, content: [li(p(text('a')))] }],
  },
  { name: 'empty list items', markdown: '-', content: [{ type: 'bulletList', content: [li(p())] }] },
  {
    name: 'a rule in a list is left out',
    markdown: '- a\n\n  ---',
    content: [{ type: 'bulletList', content: [li(p(text('a')))] }],
  },
  {
    name: 'a heading in a list is bold',
    markdown: '- # a',
    content: [{ type: 'bulletList', content: [li(p(text('a', 'strong')))] }],
  },
  {
    name: 'a heading in a quote is bold',
    markdown: '> # a',
    content: [{ type: 'blockquote', content: [p(text('a', 'strong'))] }],
  },
  {
    name: 'a quote in a quote is one quote',
    markdown: '> > a',
    content: [{ type: 'blockquote', content: [p(text('a'))] }],
  },
  {
    name: 'a table in a quote is lines',
    markdown: '> | a | b |\n> |---|---|\n> | 1 | 2 |',
    content: [
      { type: 'blockquote', content: [p(text('a'), text(' | '), text('b')), p(text('1'), text(' | '), text('2'))] },
    ],
  },
  { name: 'an empty quote is nothing', markdown: '>', content: [] },
  {
    name: 'tasks',
    markdown: '- [ ] a\n- [x] b',
    content: [
      {
        type: 'taskList',
        attrs: { localId: 'cmap-1' },
        content: [
          { type: 'taskItem', attrs: { localId: 'cmap-2', state: 'TODO' }, content: [text('a')] },
          { type: 'taskItem', attrs: { localId: 'cmap-3', state: 'DONE' }, content: [text('b')] },
        ],
      },
    ],
  },
  {
    name: 'tasks with code are a list with boxes',
    markdown: '- [x] a\n\n  ```\n  b\n  ```',
    content: [
      { type: 'bulletList', content: [li(p(text('[x] '), text('a')), { type: 'codeBlock', content: [text('b')] })] },
    ],
  },
  {
    name: 'tables',
    markdown: '| a | b |\n|---|---|\n| 1 |',
    content: [
      {
        type: 'table',
        content: [
          {
            type: 'tableRow',
            content: [
              { type: 'tableHeader', content: [p(text('a'))] },
              { type: 'tableHeader', content: [p(text('b'))] },
            ],
          },
          {
            type: 'tableRow',
            content: [
              { type: 'tableCell', content: [p(text('1'))] },
              { type: 'tableCell', content: [p()] },
            ],
          },
        ],
      },
    ],
  },
  { name: 'raw HTML is shown', markdown: '<b>a</b>', content: [p(text('<b>a</b>'))] },
  {
    name: 'HTML comments vanish',
    markdown: 'a <!-- b --> c\n\n<!-- cmap\nrun-1 -->\n\n<!-- never closed',
    content: [p(text('a  c'))],
  },
  { name: 'control characters vanish', markdown: 'a\u0000\u0007b\u001b[31m', content: [p(text('ab[31m'))] },
  { name: 'footnotes', markdown: 'a[^1]\n\n[^1]: b', content: [p(text('a[^1]')), p(text('[^1]: '), text('b'))] },
])('$name', ({ markdown, content }) => {
  expect(markdownToAdf(markdown)).toEqual({ type: 'doc', version: 1, content });
});

const hardBreak = { type: 'hardBreak' };
const bullets = (...content: object[]) => ({ type: 'bulletList', content });
const quote = (...content: object[]) => ({ type: 'blockquote', content });
const titled = (value: string, href: string, title: string) => ({
  type: 'text',
  text: value,
  marks: [{ type: 'link', attrs: { href, title } }],
});
const marked = (value: string, ...marks: object[]) => ({ type: 'text', text: value, marks });
const LINK = { type: 'link', attrs: { href: 'https://x.test' } };

it.each<{ name: string; markdown: string; content: object[] }>([
  {
    name: 'headings of each level',
    markdown: '# a\n\n###### *b*',
    content: [
      { type: 'heading', attrs: { level: 1 }, content: [text('a')] },
      { type: 'heading', attrs: { level: 6 }, content: [text('b', 'em')] },
    ],
  },
  { name: 'an empty heading is nothing', markdown: '# \n\na', content: [p(text('a'))] },
  { name: 'a rule', markdown: 'a\n\n---', content: [p(text('a')), { type: 'rule' }] },
  { name: 'a rule in a quote is left out', markdown: '> a\n>\n> ---', content: [quote(p(text('a')))] },
  { name: 'a quote in an item is its text', markdown: '- > a', content: [bullets(li(p(text('a'))))] },
  {
    name: 'marks of each kind in each other',
    markdown: '**a *b ~~c~~***',
    content: [p(text('a ', 'strong'), text('b ', 'strong', 'em'), text('c', 'strong', 'em', 'strike'))],
  },
  { name: 'a mark twice is one mark', markdown: '**a __b__**', content: [p(text('a b', 'strong'))] },
  {
    name: 'emphasis in a heading of a quote',
    markdown: '> # a *b*',
    content: [quote(p(text('a ', 'strong'), text('b', 'strong', 'em')))],
  },
  { name: 'spaces around a line end', markdown: 'a \t\n \tb', content: [p(text('a b'))] },
  { name: 'code on two lines', markdown: '`a\nb`', content: [p(text('a b', 'code'))] },
  { name: 'a break at the end is nothing', markdown: 'a<br><br>', content: [p(text('a'))] },
  {
    name: 'a break at the start stays',
    markdown: '<br />a<BR>b',
    content: [p(hardBreak, text('a'), hardBreak, text('b'))],
  },
  { name: 'other HTML than a break is shown', markdown: 'a<brx>b</br>', content: [p(text('a<brx>b</br>'))] },
  { name: 'HTML on two lines inside a text', markdown: 'a <b\n  c="d">e', content: [p(text('a <b c="d">e'))] },
  {
    name: 'a block of HTML by its lines',
    markdown: '<div>\na\n\n</div>',
    content: [p(text('<div>'), hardBreak, text('a')), p(text('</div>'))],
  },
  { name: 'a block of HTML beside a comment', markdown: '<!-- a\nb --><p>', content: [p(text('<p>'))] },
  {
    name: 'the title of a link',
    markdown: '[a](https://x.test "b\n c ")',
    content: [p(titled('a', 'https://x.test', 'b c'))],
  },
  {
    name: 'the title of a reference',
    markdown: '[a]\n\n[a]: https://x.test "b"',
    content: [p(titled('a', 'https://x.test', 'b'))],
  },
  {
    name: 'a mail address',
    markdown: '<me@x.test> [b](MAILTO:me@x.test)',
    content: [p(linked('me@x.test', 'mailto:me@x.test'), text(' '), linked('b', 'MAILTO:me@x.test'))],
  },
  {
    name: 'an address of the web without anything behind it',
    markdown: '[a](https://) [b](http://x)',
    content: [p(text('a (https://) '), linked('b', 'http://x'))],
  },
  {
    name: 'an address that is only near the web',
    markdown: '[a](xhttps://x.test)',
    content: [p(text('a (xhttps://x.test)'))],
  },
  { name: 'a link without a target', markdown: '[a]() [b](<>)', content: [p(text('a b'))] },
  { name: 'code on two lines of Windows', markdown: '`a\r\nb`', content: [p(text('a b', 'code'))] },
  { name: 'a comment before a block of HTML', markdown: '<!-- a -->\n<p>', content: [p(text('<p>'))] },
  { name: 'a block of HTML behind a comment', markdown: '<!-- a --> <p>  ', content: [p(text('<p>'))] },
  {
    name: 'a path that is its own text with a break',
    markdown: '[a<br>b](ab)',
    content: [p(text('a'), hardBreak, text('b'))],
  },
  { name: 'spaces around a path', markdown: '[a](< b >) [c](< >)', content: [p(text('a (b) c'))] },
  {
    name: 'spaces around an address',
    markdown: '[a](< https://x.test > " b ")',
    content: [p(titled('a', 'https://x.test', 'b'))],
  },
  { name: 'spaces around the text of a picture', markdown: '![ a ](b) ![](< c >)', content: [p(text('a c'))] },
  { name: 'a link without a text', markdown: 'a [](https://x.test) [](b)', content: [p(text('a   (b)'))] },
  {
    name: 'marks in a link and around it',
    markdown: '**[a *b*](https://x.test)**',
    content: [p(marked('a ', { type: 'strong' }, LINK), marked('b', { type: 'strong' }, LINK, { type: 'em' }))],
  },
  {
    name: 'a path in a marked link keeps the mark',
    markdown: '**[a](b.md)**',
    content: [p(text('a (b.md)', 'strong'))],
  },
  { name: 'a path behind code is no code', markdown: '[`a`](b.md)', content: [p(text('a', 'code'), text(' (b.md)'))] },
  {
    name: 'a path that is its own text in two marks',
    markdown: '[a**b**](ab)',
    content: [p(text('a'), text('b', 'strong'))],
  },
  {
    name: 'code in emphasis and a link keeps the link',
    markdown: '*[`a`](https://x.test)*',
    content: [p(marked('a', LINK, { type: 'code' }))],
  },
  {
    name: 'a picture without a text',
    markdown: '![](https://x.test)',
    content: [p(linked('https://x.test', 'https://x.test'))],
  },
  { name: 'a picture of a path', markdown: '![a](b.png) ![](c.png)', content: [p(text('a c.png'))] },
  { name: 'a picture of nothing', markdown: 'a ![]()', content: [p(text('a '))] },
  {
    name: 'a picture by reference',
    markdown: '![a][b]\n\n[b]: https://x.test',
    content: [p(linked('a', 'https://x.test'))],
  },
  {
    name: 'a picture in a link',
    markdown: '[![a](https://y.test)](https://x.test)',
    content: [p(linked('a', 'https://x.test'))],
  },
  {
    name: 'the first of two definitions',
    markdown: '[b]\n\n[b]: https://x.test\n[b]: https://y.test',
    content: [p(linked('b', 'https://x.test'))],
  },
  {
    name: 'a definition in a quote',
    markdown: '[b]\n\n> [b]: https://x.test',
    content: [p(linked('b', 'https://x.test'))],
  },
  {
    name: 'a footnote of code',
    markdown: 'a[^N]\n\n[^N]: ```\n    b\n    ```',
    content: [p(text('a[^N]')), p(text('[^N]: ')), { type: 'codeBlock', content: [text('b')] }],
  },
  {
    name: 'a footnote of two paragraphs',
    markdown: 'a[^1]\n\n[^1]: b\n\n    c',
    content: [p(text('a[^1]')), p(text('[^1]: '), text('b')), p(text('c'))],
  },
  { name: 'an empty footnote', markdown: 'a[^1]\n\n[^1]:', content: [p(text('a[^1]')), p(text('[^1]: '))] },
  { name: 'a lone half of a character', markdown: 'a\ud800b', content: [p(text('a\ufffdb'))] },
  {
    name: 'tabs and line ends are no control characters',
    markdown: '```\na\tb\n```\u007f',
    content: [{ type: 'codeBlock', content: [text('a\tb')] }],
  },
  {
    name: 'code without its fence in an item',
    markdown: '- a\n\n      b',
    content: [bullets(li(p(text('a')), { type: 'codeBlock', content: [text('b')] }))],
  },
])('$name', ({ markdown, content }) => {
  expect(markdownToAdf(markdown)).toEqual({ type: 'doc', version: 1, content });
});

const task = (id: number, state: string, ...content: object[]) => ({
  type: 'taskItem',
  attrs: { localId: `cmap-${id}`, state },
  content,
});
const tasks = (id: number, ...content: object[]) => ({ type: 'taskList', attrs: { localId: `cmap-${id}` }, content });
const numbered = (...content: object[]) => ({ type: 'orderedList', content });

it.each<{ name: string; markdown: string; content: object[] }>([
  { name: 'numbered from one', markdown: '1. a\n2. b', content: [numbered(li(p(text('a'))), li(p(text('b'))))] },
  { name: 'numbered from zero', markdown: '0. a', content: [{ ...numbered(li(p(text('a')))), attrs: { order: 0 } }] },
  { name: 'in each other', markdown: '- a\n  1. b', content: [bullets(li(p(text('a')), numbered(li(p(text('b'))))))] },
  {
    name: 'of tasks below a task',
    markdown: '- [ ] a\n  - [x] b\n- [ ] c',
    content: [tasks(1, task(2, 'TODO', text('a')), tasks(3, task(4, 'DONE', text('b'))), task(5, 'TODO', text('c')))],
  },
  {
    name: 'of tasks of two paragraphs',
    markdown: '- [ ] a\n\n  b',
    content: [tasks(1, task(2, 'TODO', text('a'), hardBreak, text('b')))],
  },
  { name: 'of numbered tasks have boxes', markdown: '1. [x] a', content: [numbered(li(p(text('[x] '), text('a'))))] },
  {
    name: 'with a task among others have boxes',
    markdown: '- [ ] a\n- b',
    content: [bullets(li(p(text('[ ] '), text('a'))), li(p(text('b'))))],
  },
  {
    name: 'of tasks in a quote have boxes',
    markdown: '> - [x] a',
    content: [quote(bullets(li(p(text('[x] '), text('a')))))],
  },
  {
    name: 'of tasks above a list of no tasks have boxes',
    markdown: '- [ ] a\n  - b',
    content: [bullets(li(p(text('[ ] '), text('a')), bullets(li(p(text('b'))))))],
  },
  {
    name: 'of tasks in an item are tasks',
    markdown: '- a\n  - [ ] b',
    content: [bullets(li(p(text('a')), tasks(1, task(2, 'TODO', text('b')))))],
  },
  {
    name: 'with a box before code',
    markdown: '- [x] <!-- -->\n\n  ```\n  b\n  ```',
    content: [bullets(li(p(text('[x] ')), { type: 'codeBlock', content: [text('b')] }))],
  },
  {
    name: 'with a table in an item',
    markdown: '- | a | b |\n  |---|---|\n  | 1 |',
    content: [bullets(li(p(text('a'), text(' | '), text('b')), p(text('1'))))],
  },
])('lists $name', ({ markdown, content }) => {
  expect(markdownToAdf(markdown)).toEqual({ type: 'doc', version: 1, content });
});

it.each([
  { name: 'quotes', markdown: (levels: number) => `${'> '.repeat(levels)}**a**` },
  { name: 'a footnote', markdown: (levels: number) => `x[^1]\n\n[^1]: ${'> '.repeat(levels - 1)}**a**` },
  { name: 'items', markdown: (levels: number) => `${'- '.repeat(levels)}**a**` },
])('keeps the form of what is in $name as far as 24 levels go, and the words beyond', ({ markdown }) => {
  const textsOf = (levels: number) =>
    everyNode(markdownToAdf(markdown(levels))).flatMap(({ node }) => (node.text === 'a' ? [node] : []));
  expect(textsOf(24)).toEqual([text('a', 'strong')]);
  expect(textsOf(25)).toEqual([text('a')]);
});

it('keeps the form of what is in emphasis as far as 24 levels go', () => {
  const marksOf = (levels: number) => {
    const markdown = `${'**'.repeat(levels)}\`a\`${'**'.repeat(levels)}`;
    return everyNode(markdownToAdf(markdown)).flatMap(({ node }) => node.marks ?? []);
  };
  expect(marksOf(23)).toEqual([{ type: 'code' }]);
  expect(marksOf(24)).toEqual([{ type: 'strong' }]);
});

it('shows tasks that are nested deeper than 24 levels with boxes', () => {
  const tasksOf = (levels: number) => markdownToAdf(nestTasks(levels)).content[0]?.type;
  expect(tasksOf(24)).toBe('taskList');
  expect(tasksOf(25)).toBe('bulletList');
});

/** Tasks, each one level below the one before. */
function nestTasks(levels: number): string {
  return Array.from({ length: levels }, (_, index) => `${'  '.repeat(index)}- [ ] a\n`).join('');
}

const fragments = fc.constantFrom(
  ...[
    '# ',
    '## ',
    '> ',
    '>> ',
    '- ',
    '  - ',
    '    ',
    '1. ',
    '7) ',
    '- [ ] ',
    '- [x] ',
    '---\n',
    '***',
    '**',
    '*',
    '_',
    '~~',
    '~',
    '`',
    '``',
    '```\n',
    '```ts\n',
    '\n',
    '\n\n',
    '  \n',
    '\\\n',
    '| a | b |\n|---|---|\n| 1 | 2 |\n',
    '|',
    '[a](https://x.test)',
    '[a](b)',
    '[a][b]',
    '\n[b]: https://x.test "t"\n',
    '![',
    '](',
    '<b>',
    '</b>',
    '<!--',
    '-->',
    '<br>',
    '&amp;',
    '[^1]',
    '\n[^1]: note\n',
    'https://x.test/a_b',
    'me@x.test',
    '\t',
    'word',
    ' ',
    'ä',
    '😄',
    '\u0000',
    '\ud800',
    '\r\n',
    '<div>\n',
    '</div>\n',
  ],
);
const someMarkdown = fc.oneof(
  fc.array(fragments, { maxLength: 40 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 80 }),
);

it('puts newlines into code blocks only, and never writes an empty text', () => {
  fc.assert(
    fc.property(someMarkdown, (markdown) => {
      for (const { node, parent } of everyNode(markdownToAdf(markdown))) {
        if (node.type !== 'text') continue;
        expect(node.text).not.toBe('');
        if (parent.type !== 'codeBlock') expect(node.text).not.toMatch(/[\r\n]/);
      }
    }),
    { numRuns: 300 },
  );
});

it('gives every task its own local id', () => {
  const { content } = markdownToAdf('- [ ] a\n  - [ ] b\n\n1. x\n\n- [ ] c');
  const ids = everyNode({ type: 'doc', content }).flatMap(({ node }) => node.attrs?.['localId'] ?? []);

  expect(ids).toHaveLength(6);
  expect(new Set(ids).size).toBe(6);
});

it('survives absurd nesting', () => {
  const adf = markdownToAdf(`${'> - '.repeat(500)}core`);

  expect(JSON.stringify(adf)).toContain('core');
  expect(Math.max(...everyNode(adf).map(({ depth }) => depth))).toBeLessThan(60);
});

const schema = path.join(specsFolder, 'jira/adf.schema.json');

it('writes only documents the published ADF schema accepts', () => {
  const validate = new Ajv.default({ strict: false }).compile(JSON.parse(readFileSync(schema, 'utf8')));
  fc.assert(
    fc.property(someMarkdown, (markdown) => {
      const valid = validate(markdownToAdf(markdown));
      if (!valid)
        throw new Error(`${JSON.stringify(markdownToAdf(markdown))}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
    }),
    { numRuns: 250 },
  );
}, 60_000);

interface Visited {
  node: AdfNode;
  parent: AdfNode;
  depth: number;
}

function everyNode(root: AdfNode): Visited[] {
  const visited: Visited[] = [{ node: root, parent: root, depth: 0 }];
  for (const { node, depth } of visited) {
    for (const child of node.content ?? []) visited.push({ node: child, parent: node, depth: depth + 1 });
  }
  return visited;
}
