import { expect, it } from 'vitest';
import { describeLaw } from './describe-law.ts';

it.each([
  { name: 'the same', first: 100, last: 100, law: 'flat' },
  { name: 'a little more', first: 100, last: 120, law: 'flat' },
  { name: 'with the size', first: 99, last: 9999, law: 'rows n^1.0' },
])('$name is said as it is', ({ first, last, law }) => {
  const usage = { operations: 3, bytes: 10, logBytes: 0 };
  const usages = [
    { ...usage, rows: first },
    { ...usage, rows: last },
  ];
  expect(describeLaw({ sizes: [10, 1000], usages })).toBe(law);
});
