import { expect, it } from 'vitest';
import { findSuggestions } from './find-suggestions.ts';

it.each([
  { name: 'one line', text: '```suggestion:-0+0\nx\n```', expected: [{ above: 0, below: 0, content: 'x\n' }] },
  {
    name: 'without lines',
    text: 'Better:\n\n```suggestion\nx\n```\n',
    expected: [{ above: 0, below: 0, content: 'x\n' }],
  },
  { name: 'a removal', text: '```suggestion:-1+2\n```', expected: [{ above: 1, below: 2, content: '' }] },
  {
    name: 'a fence inside',
    text: '`````suggestion:-0+0\n```md\n```\n`````',
    expected: [{ above: 0, below: 0, content: '```md\n```\n' }],
  },
  {
    name: 'two',
    text: '```suggestion:-0+0\na\n```\nor\n```suggestion:-0+1\nb\n```',
    expected: [
      { above: 0, below: 0, content: 'a\n' },
      { above: 0, below: 1, content: 'b\n' },
    ],
  },
  { name: 'other code', text: '```js\nx\n```', expected: [] },
])('finds $name', ({ text, expected }) => {
  expect(findSuggestions(text)).toEqual(expected);
});
