import { expect, it } from 'vitest';

import { type AdfNode, codeTextOf, isAdfNode, plainTextOf, textAttribute } from './adf.ts';

it.each([
  { value: { type: 'x' }, is: true },
  { value: { type: 7 }, is: false },
  { value: {}, is: false },
  { value: null, is: false },
  { value: 'x', is: false },
  { value: undefined, is: false },
])('takes $value for a node: $is', ({ value, is }) => {
  expect(isAdfNode(value)).toBe(is);
});

it('gives an attribute as text, and an empty or other one as none', () => {
  const node: AdfNode = { type: 'x', attrs: { a: 'text', b: 0, c: '', d: true, e: null } };
  expect(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => textAttribute(node, name))).toEqual(['text', '0', ...Array(4)]);
  expect(textAttribute({ type: 'x' }, 'a')).toBeUndefined();
});

it('gives all text below a node in reading order on one line, the text before the attribute', () => {
  const text = (value: string): AdfNode => ({ type: 'text', text: value, attrs: { text: 'not this' } });
  const node: AdfNode = {
    type: 'doc',
    attrs: { text: 'title' },
    content: [{ type: 'p', content: [text('a'), text('b\n')] }, { type: 'x', attrs: { text: 7 } }, text('c')],
  };
  expect(plainTextOf(node)).toBe('title a b c');
});

it('gives the text of a code block as it is, with a line end for each break', () => {
  const content: AdfNode[] = [
    { type: 'text', text: 'a ' },
    { type: 'hardBreak' },
    { type: 'text' },
    { type: 'text', text: ' b' },
  ];
  expect(codeTextOf({ type: 'codeBlock', content })).toBe('a \n b');
});
