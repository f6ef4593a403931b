import fc from 'fast-check';
import { expect, it } from 'vitest';

import type { AdfDocument, AdfNode } from './adf.ts';
import { adfToMarkdown } from './adf-to-markdown.ts';
import { markdownToAdf } from './markdown-to-adf.ts';

const word = fc.constantFrom(
  'a',
  'total',
  'über',
  '7',
  'snake_case',
  'C:\\temp',
  '*',
  '**',
  '_',
  '__',
  '~',
  '~~',
  '`',
  '``',
  '#',
  '##',
  '>',
  '-',
  '+',
  '=',
  '==',
  '---',
  '1.',
  '2)',
  '[x]',
  '[ ]',
  '[a](b)',
  '![',
  ']',
  '(',
  '<b>',
  '</b>',
  '<!--',
  '&amp;',
  '&',
  '|',
  '| a |',
  '\\',
  '\\*',
  '"',
  "'",
  '!',
  ':',
  '[b]:',
  '[^1]',
  '日本',
  '~/bin',
  '***',
  '$',
);
const phrase = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' '));
const plain = phrase.map((value): AdfNode => ({ type: 'text', text: value }));
const marked = fc
  .tuple(fc.constantFrom('a', 'two words', 'über'), fc.subarray(['strike', 'strong', 'em'], { minLength: 1 }))
  .map(([value, marks]): AdfNode => ({ type: 'text', text: value, marks: marks.map((type) => ({ type })) }));
const code = phrase.map((value): AdfNode => ({ type: 'text', text: value, marks: [{ type: 'code' }] }));
const link = fc
  .tuple(
    fc.constantFrom('here', 'a [b] c', 'x_y'),
    fc.constantFrom('https://x.test/a', 'https://x.test/(a)?b=c&d=e_f*g'),
  )
  .map(([value, href]): AdfNode => ({ type: 'text', text: value, marks: [{ type: 'link', attrs: { href } }] }));
const hardBreak = fc.constant<AdfNode>({ type: 'hardBreak' });

/** Pieces with a space between them, as people write; two breaks in a row would end the paragraph. */
const inline = (...kinds: fc.Arbitrary<AdfNode>[]) =>
  fc
    .array(fc.oneof(...kinds), { minLength: 1, maxLength: 4 })
    .map((nodes) =>
      nodes.flatMap((node, index) =>
        index > 0 && node.type !== 'hardBreak' && nodes[index - 1]?.type !== 'hardBreak'
          ? [{ type: 'text', text: ' ' }, node]
          : [node],
      ),
    );
const paragraph = inline(plain, marked, code, link)
  .chain((first) => inline(plain, marked, code).map((second) => [first, second] as const))
  .chain(([first, second]) =>
    fc.tuple(fc.boolean(), hardBreak).map(
      ([twoLines, aBreak]): AdfNode => ({
        type: 'paragraph',
        content: joined(twoLines ? [...first, aBreak, ...second] : first),
      }),
    ),
  );
const heading = fc
  .tuple(inline(plain, code), fc.integer({ min: 1, max: 6 }))
  .map(([content, level]): AdfNode => ({ type: 'heading', attrs: { level }, content: joined(content) }));
const codeBlock = fc.tuple(fc.array(phrase, { minLength: 1, maxLength: 3 }), fc.constantFrom('ts', 'c++')).map(
  ([lines, language]): AdfNode => ({
    type: 'codeBlock',
    attrs: { language },
    content: [{ type: 'text', text: lines.join('\n') }],
  }),
);
const { block, list } = fc.letrec<{ block: AdfNode; list: AdfNode; item: AdfNode }>((tie) => ({
  item: fc
    .tuple(paragraph, fc.array(fc.oneof({ maxDepth: 2 }, paragraph, codeBlock, tie('list')), { maxLength: 2 }))
    .map(([first, rest]) => ({ type: 'listItem', content: [first, ...rest] })),
  list: fc
    .tuple(fc.array(tie('item'), { minLength: 1, maxLength: 3 }), fc.constantFrom(undefined, 1, 4))
    .map(([content, order]) =>
      order === undefined
        ? { type: 'bulletList', content }
        : { type: 'orderedList', ...(order === 1 ? {} : { attrs: { order } }), content },
    ),
  block: fc.oneof(
    paragraph,
    heading,
    codeBlock,
    tie('list'),
    fc.constant<AdfNode>({ type: 'rule' }),
    fc
      .array(fc.oneof(paragraph, codeBlock, tie('list')), { minLength: 1, maxLength: 3 })
      .map((content) => ({ type: 'blockquote', content })),
    fc
      .array(fc.tuple(inline(plain, marked, code, link), inline(plain)), { minLength: 1, maxLength: 3 })
      .map((rows) => ({
        type: 'table',
        content: rows.map((cells, at) => ({
          type: 'tableRow',
          content: cells.map((content) => ({
            type: at === 0 ? 'tableHeader' : 'tableCell',
            content: [{ type: 'paragraph', content: joined(content) }],
          })),
        })),
      })),
  ),
}));

it('reads back the document it wrote as Markdown', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(block, list), { maxLength: 5 }), (content) => {
      const adf: AdfDocument = { type: 'doc', version: 1, content };
      expect(markdownToAdf(adfToMarkdown(adf))).toEqual(adf);
    }),
    { numRuns: 300 },
  );
});

it('comes to rest: Markdown read from Jira and written again does not change the document', () => {
  const markdown =
    '# Done\n\nSee [the merge request](https://x.test/1).\n\n- [ ] a\n  - [x] b\n\n> quoted\n\n1. one\n2. two\n\n```ts\nconst a = 1;\n```';
  const once = adfToMarkdown(markdownToAdf(markdown));

  expect(once).toBe(markdown);
});

function joined(nodes: AdfNode[]): AdfNode[] {
  const result: AdfNode[] = [];
  for (const node of nodes) {
    const last = result.at(-1);
    if (last?.type === 'text' && node.type === 'text' && JSON.stringify(last.marks) === JSON.stringify(node.marks)) {
      result[result.length - 1] = { ...last, text: `${last.text}${node.text}` };
    } else result.push(node);
  }
  return result;
}
