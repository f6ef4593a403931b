import { expect, it } from 'vitest';
import { listSome, nameSome } from './list-some.ts';

it.each([
  { names: [], named: '', lines: [] },
  { names: ['a', 'b'], named: 'a, b', lines: ['- a', '- b'] },
  { names: ['a', 'b', 'c'], named: 'a, b and 1 more', lines: ['- a', '- b', '- and 1 more'] },
])('names at most two of $names and counts the rest', ({ names, named, lines }) => {
  expect(nameSome(names, 2)).toBe(named);
  expect(listSome(names, 2)).toEqual(lines);
});
