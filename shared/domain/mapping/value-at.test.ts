import { expect, it } from 'vitest';

import { valueAt } from './value-at.ts';

it.each<[string, (string | number)[], unknown]>([
  ['the whole', [], { bindings: [{ repo: 'group/app', reviewer: null }] }],
  ['a value in blocks and lists', ['bindings', 0, 'repo'], 'group/app'],
  ['an empty value', ['bindings', 0, 'reviewer'], null],
  ['nothing past an empty value', ['bindings', 0, 'reviewer', 'x'], undefined],
  ['nothing inside a text', ['bindings', 0, 'repo', 0], undefined],
  ['nothing past the end of a list', ['bindings', 1, 'repo'], undefined],
  ['nothing that every object has', ['constructor', 'name'], undefined],
])('is %s', (_, path, value) => {
  expect(valueAt({ bindings: [{ repo: 'group/app', reviewer: null }] }, path)).toEqual(value);
});
