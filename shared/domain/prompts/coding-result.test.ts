import { expect, it } from 'vitest';

import { CodingResult } from './coding-result.ts';

it('needs a summary only', () => {
  expect(CodingResult.parse({ summary: ' Done. ' })).toEqual({ summary: 'Done.', changes: [], tests: [] });
});

it.each([
  { name: 'no summary', value: {} },
  { name: 'a blank summary', value: { summary: '  ' } },
  { name: 'an empty question', value: { summary: 'a', question: '' } },
  { name: 'a test without an ending', value: { summary: 'a', tests: [{ command: 'npm test' }] } },
  { name: 'too many changes', value: { summary: 'a', changes: Array(201).fill({ path: 'a', explanation: 'b' }) } },
])('refuses $name', ({ value }) => {
  expect(CodingResult.safeParse(value).success).toBe(false);
});
