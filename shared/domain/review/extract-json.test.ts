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

it('finds the result behind hundreds of brackets of prose', () => {
  expect(extractJson(`${'a[1] {b} '.repeat(300)}{"c": 1}`).at(-1)?.value).toEqual({ c: 1 });
});

it('reads the last 500,000 characters', () => {
  expect(extractJson(`[1]${' '.repeat(499_997)}`)).toHaveLength(1);
  expect(extractJson(`[1]${' '.repeat(499_998)}`)).toEqual([]);
});
