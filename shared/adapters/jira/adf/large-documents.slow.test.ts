import { expect, it } from 'vitest';

import type { AdfNode } from './adf.ts';
import { adfToMarkdown } from './adf-to-markdown.ts';
import { markdownToAdf } from './markdown-to-adf.ts';

const text = (value: string, ...marks: string[]): AdfNode => ({
  type: 'text',
  text: value,
  marks: marks.map((type) => ({ type })),
});
const p = (...content: AdfNode[]): AdfNode => ({ type: 'paragraph', content });
const many = (count: number, node: AdfNode) => Array.from({ length: count }, () => node);

// Each of these takes minutes when a step is quadratic, and well under a second when none is; the lane's time limit is
// the judge.
it.each<{ name: string; content: () => AdfNode[] }>([
  { name: 'one text of 5 MB', content: () => [p(text('word '.repeat(1_000_000)))] },
  { name: 'one long run of spaces', content: () => [p(text(`a${' '.repeat(1_000_000)}b`, 'strong'))] },
  { name: 'one line of markup', content: () => [p(text('*_`[]<&~\\'.repeat(100_000)))] },
  { name: 'many paragraphs', content: () => many(200_000, p(text('a'))) },
  { name: 'many loose texts', content: () => many(200_000, text('a')) },
  { name: 'many line breaks', content: () => [p(...many(50_000, { type: 'hardBreak' }), text('b'))] },
  {
    name: 'many lists',
    content: () => many(100_000, { type: 'bulletList', content: [{ type: 'listItem', content: [p(text('a'))] }] }),
  },
  {
    name: 'many rows',
    content: () => [
      {
        type: 'table',
        content: many(150_000, { type: 'tableRow', content: [{ type: 'tableCell', content: [p(text('a'))] }] }),
      },
    ],
  },
  {
    name: 'many unknown nodes',
    content: () => [{ type: 'x', content: many(200_000, { type: 'y', attrs: { text: 'a' } }) }],
  },
])('reads $name in time', ({ content }) => {
  expect(adfToMarkdown({ type: 'doc', version: 1, content: content() }).length).toBeGreaterThan(0);
});

it('writes a long report in time', () => {
  expect(markdownToAdf('- [ ] a `b` **c** https://x.test/d\n'.repeat(800)).content).toHaveLength(1);
});
