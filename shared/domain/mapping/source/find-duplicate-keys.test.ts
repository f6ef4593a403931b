import { expect, it } from 'vitest';

import { findDuplicateKeys } from './find-duplicate-keys.ts';

it.each<[string, string, string[][]]>([
  ['nothing in a text without any', '{"a": {"b": 1}, "b": {"b": [1, "b", "b"]}}', []],
  ['a key at the top', '{"a": 1, "b": 2, "a" : 3}', [['a']]],
  ['a key each time it stands there again', '{"a": 1, "a": 2, "a": 3}', [['a'], ['a']]],
  ['a key in a block after another block', '{"x": {"y": {}, "z": {"a": 1, "a": 2}}}', [['x', 'z', 'a']]],
  ['a key after a block', '{"x": {"y": {"a": 1}, "y": 2}, "x": 3}', [['x', 'y'], ['x']]],
  ['a key in a list of lists, which has no name', '{"x": [[{"a": 1}, {"a": 1, "a": 2}]], "y": 1}', [['x', 'a']]],
  ['a key after a list', '{"x": [], "y": [1], "x": 2}', [['x']]],
  ['a key in another spelling', '{"a\\"b": 1, "a\\u0022b": 2}', [['a"b']]],
  ['a key between texts that open and close', '{"x": "{", "a": 1, "y": "}", "a": 2}', [['a']]],
  ['no key in a text with signs of JSON', '{"a": "{\\"a\\": [", "b": "}", "c": ["a:", "a:"]}', []],
])('finds %s', (_, json, paths) => {
  expect(findDuplicateKeys(json)).toEqual(paths);
});
