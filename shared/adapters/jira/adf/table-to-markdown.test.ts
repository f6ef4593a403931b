import { expect, it } from 'vitest';

import type { AdfNode } from './adf.ts';
import { tableToMarkdown } from './table-to-markdown.ts';

const node = (type: string, content: AdfNode[] = [], attrs: Record<string, unknown> = {}): AdfNode => ({
  type,
  attrs,
  content,
});
const text = (value: string): AdfNode => ({ type: 'text', text: value });
const p = (...content: AdfNode[]) => node('paragraph', content);
const row = (...cells: AdfNode[]) => node('tableRow', cells);
const cell = (value: string, attrs = {}) => node('tableCell', [p(text(value))], attrs);
const header = (value: string) => node('tableHeader', [p(text(value))]);
const linesOf = (...rows: AdfNode[]) => tableToMarkdown(node('table', rows), 0).split('\n');

it.each<{ name: string; rows: AdfNode[]; lines: string[] }>([
  { name: 'no table without rows', rows: [], lines: [''] },
  { name: 'no table without cells', rows: [row(), row()], lines: [''] },
  { name: 'a header alone', rows: [row(header('a'))], lines: ['| a |', '| --- |'] },
  {
    name: 'an empty header above cells of which only some are headers',
    rows: [row(header('a'), cell('b'))],
    lines: ['|  |  |', '| --- | --- |', '| a | b |'],
  },
  {
    name: 'an empty header above a first row without cells',
    rows: [row(), row(cell('a'))],
    lines: ['|  |', '| --- |', '|  |', '| a |'],
  },
  {
    name: 'short rows as wide as the longest',
    rows: [row(header('a')), row(cell('b'), cell('c')), row(cell('d'))],
    lines: ['| a |  |', '| --- | --- |', '| b | c |', '| d |  |'],
  },
])('writes $name', ({ rows, lines }) => {
  expect(linesOf(...rows)).toEqual(lines);
});

it.each<{ span: unknown; width: number }>([
  { span: undefined, width: 1 },
  { span: 2, width: 2 },
  { span: '3', width: 3 },
  { span: 2.9, width: 2 },
  { span: 0, width: 1 },
  { span: -4, width: 1 },
  { span: 'x', width: 1 },
  { span: 51, width: 51 },
  { span: 1_000_000, width: 51 },
])('gives a cell that spans $span columns $width', ({ span, width }) => {
  expect(linesOf(row(cell('a', { colspan: span })))[0]).toBe(`|${'  |'.repeat(width)}`);
});

it('leaves the places empty that a cell reaches to the right and below, and no more', () => {
  expect(
    linesOf(
      row(header('a'), header('b'), header('c')),
      row(cell('1'), cell('2', { colspan: 2, rowspan: 2 })),
      row(cell('3'), cell('4')),
      row(cell('5'), cell('6'), cell('7')),
    ).slice(2),
  ).toEqual(['| 1 | 2 |  |  |', '| 3 |  |  | 4 |', '| 5 | 6 | 7 |  |']);
});

const item = (...content: AdfNode[]) => node('listItem', content);

it.each<{ name: string; content: AdfNode[]; line: string }>([
  { name: 'nothing', content: [p()], line: '' },
  {
    name: 'paragraphs, headings and captions',
    content: [p(text('a')), p(), node('heading', [text('b'), text('b')]), node('caption', [text('c'), text('c')])],
    line: 'a<br>bb<br>cc',
  },
  { name: 'a break', content: [p(text('a'), { type: 'hardBreak' }, text('b'))], line: 'a<br>b' },
  {
    name: 'pipes in text and code',
    content: [p(text('a | b')), node('codeBlock', [text('c | d')])],
    line: 'a \\| b<br>`c \\| d`',
  },
  { name: 'code by its lines', content: [node('codeBlock', [text('a\n  \n  b')])], line: '`a`<br>`  b`' },
  {
    name: 'a list',
    content: [node('orderedList', [item(p(text('a')), p(text('b'))), item(text('c'))])],
    line: '• a<br>b<br>• c',
  },
  {
    name: 'a list in a list',
    content: [node('bulletList', [item(p(text('a')), node('bulletList', [item(p(text('b')))]))])],
    line: '• a<br>• b',
  },
  {
    name: 'an item of a text and a break',
    content: [node('bulletList', [item(text('a'), { type: 'hardBreak' }, text('b'))])],
    line: '• a<br>b',
  },
  {
    name: 'an item of a text and a list',
    content: [item(text('a'), node('bulletList', [item(text('b'))]))],
    line: '• a<br>• b',
  },
  { name: 'a task without attributes', content: [{ type: 'taskItem', content: [text('a')] }], line: '☐ a' },
  {
    name: 'a decision with a mention and a break',
    content: [
      node('decisionItem', [text('ask '), node('mention', [], { text: '@A' }), { type: 'hardBreak' }, text('now')]),
    ],
    line: '• ask @A<br>now',
  },
  {
    name: 'a task of blocks',
    content: [node('blockTaskItem', [p(text('a')), p(text('b'))], { state: 'DONE' })],
    line: '☑ a<br>b',
  },
  { name: 'decisions', content: [node('decisionList', [node('decisionItem', [text('a'), text('b')])])], line: '• ab' },
  {
    name: 'tasks',
    content: [
      node('taskList', [
        node('taskItem', [text('a')], { state: 'DONE' }),
        node('taskItem', [text('b')], { state: 'TODO' }),
      ]),
    ],
    line: '☑ a<br>☐ b',
  },
  {
    name: 'a picture',
    content: [node('mediaSingle', [node('media', [], { alt: 'a.png' })])],
    line: '[attachment: a.png\\]',
  },
  { name: 'a rule', content: [p(text('a')), node('rule'), p(text('b'))], line: 'a<br>b' },
  { name: 'a panel', content: [node('panel', [p(text('a')), p(text('b'))])], line: 'a<br>b' },
  { name: 'loose text', content: [text('a\nb'), text('# c')], line: 'a<br>b<br># c' },
  { name: 'an unknown leaf', content: [node('x', [], { text: 'a' })], line: 'a' },
])('flattens $name in a cell', ({ content, line }) => {
  expect(linesOf(row(node('tableHeader', content)))[0]).toBe(`| ${line} |`);
});

it.each([
  { depth: 22, line: 'a<br>b' },
  { depth: 23, line: 'a b' },
])('keeps the lines of a cell at depth $depth as far as 24 levels go', ({ depth, line }) => {
  const table = node('table', [row(node('tableHeader', [node('panel', [p(text('a')), p(text('b'))])]))]);
  expect(tableToMarkdown(table, depth).split('\n')[0]).toBe(`| ${line} |`);
});

it('reads items nested 20,000 deep as text', () => {
  const nested = Array.from({ length: 20_000 }).reduce<AdfNode>((inner) => item(inner), p(text('core')));
  expect(linesOf(row(node('tableHeader', [nested])))[0]).toMatch(/core \|$/);
});
