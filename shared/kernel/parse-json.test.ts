import { expect, it } from 'vitest';
import { parseJson } from './parse-json.ts';

it.each([
  { text: '{"a":[1]}', value: { a: [1] } },
  { text: 'null', value: null },
  { text: '', value: undefined },
  { text: '{"a":', value: undefined },
  { text: '<html>a proxy</html>', value: undefined },
])('reads $text', ({ text, value }) => {
  expect(parseJson(text)).toEqual(value);
});
