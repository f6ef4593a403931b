import { expect, it } from 'vitest';
import * as z from 'zod';

import { findJsonResult } from './find-json-result.ts';

const schema = z.object({ summary: z.string(), files: z.array(z.string()).default([]) });
const fence = '```';

it.each([
  { name: 'a bare object', text: '{"summary":"a"}', summary: 'a' },
  { name: 'a fenced object', text: `Done.\n${fence}json\n{"summary":"a"}\n${fence}\nBye.`, summary: 'a' },
  {
    name: 'the last of several fences',
    text: `${fence}\n{"summary":"a"}\n${fence}\n${fence}\n{"summary":"b"}\n${fence}`,
    summary: 'b',
  },
  { name: 'the last that fits, when a later one does not', text: '{"summary":"a"} and {"note":"b"}', summary: 'a' },
  {
    name: 'a fence inside a string',
    text: `{"summary":"use ${fence}ts\\nx\\n${fence} here"}`,
    summary: `use ${fence}ts\nx\n${fence} here`,
  },
  { name: 'braces and escaped quotes inside strings', text: '{"summary":"a } \\" {"} tail', summary: 'a } " {' },
  { name: 'prose with braces before it', text: 'if (x) { y } then {"summary":"a"}', summary: 'a' },
  { name: 'an object behind a wall of braces', text: `${'{x} '.repeat(600)}{"summary":"a"}`, summary: 'a' },
  { name: 'an object inside an object that does not fit', text: '{"result":{"summary":"a"}}', summary: 'a' },
  { name: 'an object after one that never ends', text: '{ "open": \n{"summary":"a"}', summary: 'a' },
])('finds $name', ({ text, summary }) => {
  expect(findJsonResult(text, schema)?.value.summary).toBe(summary);
});

it.each(['', 'nothing here', '{"summary":7}', '{"summary":"a"', '[1, 2]'])('finds nothing in %j', (text) => {
  expect(findJsonResult(text, schema)).toBeUndefined();
});

it('gives up on a text made to keep it busy', () => {
  expect(findJsonResult('{'.repeat(1_000_000), schema)).toBeUndefined();
});
