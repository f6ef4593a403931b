import { expect, it } from 'vitest';

import { parseMarkdown, plainMarkdownText } from './parse-markdown.ts';

it('gives the words of a text in reading order on one line, without its markup and HTML', () => {
  const { root } = parseMarkdown('# A *b*\n\n- `c`\n  > d\n\n<div>\n\n| e | f |\n|---|---|\n\n```\ng\n```');
  expect(plainMarkdownText(root)).toBe('A b c d e f g');
});

it('knows the first definition of each name, wherever it stands', () => {
  const { definitions } = parseMarkdown('> [A]: x.test\n\n[a]: y.test\n\n- [b]: z.test\n\n[B]: w.test');
  expect([...definitions].map(([name, { url }]) => [name, url])).toEqual([
    ['a', 'x.test'],
    ['b', 'z.test'],
  ]);
});

it('takes control characters out, and keeps tabs and line ends', () => {
  const { root } = parseMarkdown('```\na\u0000\u0008\u000b\u000c\u000e\u001f\u007f\tb\r\nc\ud800\n```');
  expect(root.children).toMatchObject([{ type: 'code', value: 'a\tb\r\nc\ufffd' }]);
});
