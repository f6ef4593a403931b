import { expect, it } from 'vitest';

import { joinLines } from './join-lines.ts';

it.each([
  { text: '  two  spaces ', joined: '  two  spaces ' },
  { text: 'a  \r\n  b  c', joined: 'a b  c' },
  { text: 'a\n\n\rb\r', joined: 'a b ' },
])('joins lines by a space and leaves one line as it is: %j', ({ text, joined }) => {
  expect(joinLines(text)).toBe(joined);
});
