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
