import { expect, it } from 'vitest';

import { HIDDEN } from './looks-like-token.ts';
import { showValue } from './show-value.ts';

it.each<[unknown, string]>([
  ['group/app', '"group/app"'],
  ['a\n"b"', '"a\\n\\"b\\""'],
  ['x'.repeat(60), `"${'x'.repeat(60)}"`],
  ['x'.repeat(61), `"${'x'.repeat(59)}…"`],
  [`glpat-${'0123456789abcdef'}`, HIDDEN],
  [undefined, 'empty'],
  [null, 'empty'],
  [['a'], 'a list'],
  [{ a: 1 }, 'a block'],
  [1.5, 'the number 1.5'],
  [false, 'the truth value false'],
])('shows %j as %s', (value, shown) => {
  expect(showValue(value)).toBe(shown);
});
