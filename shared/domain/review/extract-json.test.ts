import { expect, it } from 'vitest';

import { extractJson } from './extract-json.ts';

it.each<{ name: string; text: string; found: { json: string; value: unknown }[] }>([
  { name: 'no JSON in a sentence', text: 'Nothing of this kind.', found: [] },
  { name: 'an object in a sentence', text: 'It is {"a": 1}.', found: [{ json: '{"a": 1}', value: { a: 1 } }] },
  {
    name: 'one after the other, objects and arrays',
    text: '[1] and {"b": [2, {}]}[]',
    found: [
      { json: '[1]', value: [1] },
      { json: '{"b": [2, {}]}', value: { b: [2, {}] } },
      { json: '[]', value: [] },
    ],
  },
  {
    name: 'brackets, quotes and backslashes inside of strings',
    text: '{"a": "}]", "b": "\\"{[", "c": "\\\\"} }',
    found: [{ json: '{"a": "}]", "b": "\\"{[", "c": "\\\\"}', value: { a: '}]', b: '"{[', c: '\\' } }],
  },
  { name: 'what lies in brackets that are no JSON', text: '{see [7] here}', found: [{ json: '[7]', value: [7] }] },
  { name: 'what lies in a bracket that stays open', text: 'a { b ["c"]', found: [{ json: '["c"]', value: ['c'] }] },
])('finds $name', ({ text, found }) => {
  const read = extractJson(text);
  expect(read.map(({ value, start, end }) => ({ json: text.slice(start, end), value }))).toEqual(found);
});

it('tries 200 brackets and no more, so that no text keeps it busy', () => {
  expect(extractJson(`${'{ '.repeat(199)}[1]`)).toHaveLength(1);
  expect(extractJson(`${'{ '.repeat(200)}[1]`)).toEqual([]);
});

it('reads the first 500,000 characters', () => {
  expect(extractJson(`${' '.repeat(499_997)}[1]`)).toHaveLength(1);
  expect(extractJson(`${' '.repeat(499_998)}[1]`)).toEqual([]);
});
