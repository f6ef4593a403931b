import { expect, it } from 'vitest';

import { formatFooter, parseFooter } from './report-footer.ts';

const footer = { purpose: 'report', runId: 'coding~PROJ-12~10233', agentId: 'cmap-1' };
const line = formatFooter(footer);

it('is one line people can read', () => {
  expect(line).toBe('cmap · report · run `coding~PROJ-12~10233` · agent `cmap-1`');
});

it.each<{ name: string; markdown: string }>([
  { name: 'alone', markdown: line },
  { name: 'after text', markdown: `Working on it.\n\n${line}` },
  { name: 'after another footer', markdown: `${formatFooter({ ...footer, runId: 'other' })}\n\n${line}` },
  { name: 'before empty lines', markdown: `a\n\n${line}\n\n` },
])('is found $name', ({ markdown }) => {
  expect(parseFooter(markdown)).toEqual(footer);
});

it.each<{ name: string; markdown: string }>([
  { name: 'further up', markdown: `${line}\n\nmore` },
  { name: 'at the end of a paragraph', markdown: `a\\\n${line}` },
  { name: 'at the end of a line', markdown: `a ${line}` },
  { name: 'in a quote', markdown: `> ${line}` },
  { name: 'in a quote after a paragraph', markdown: `> a\n>\n> ${line}` },
  { name: 'in a list', markdown: `- a\n\n  ${line}` },
  { name: 'in a code block', markdown: `\`\`\`\n\n${line}\n\`\`\`` },
  { name: 'as text instead of code', markdown: 'cmap · report · run \\`a\\` · agent \\`b\\`' },
  { name: 'without a run', markdown: 'cmap · report' },
  { name: 'in nothing', markdown: '' },
])('does not count $name', ({ markdown }) => {
  expect(parseFooter(markdown)).toBeUndefined();
});

it.each([
  { part: 'purpose', value: 'Report · run' },
  { part: 'runId', value: 'a` · agent `b' },
  { part: 'runId', value: '' },
  { part: 'agentId', value: 'two\nlines' },
])('refuses $part that could break out: $value', ({ part, value }) => {
  expect(() => formatFooter({ ...footer, [part]: value })).toThrow(TypeError);
});
