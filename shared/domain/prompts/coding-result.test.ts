import { expect, it } from 'vitest';

import { NO_CRITERIA, numberCriteria } from '../criteria/criterion.ts';
import { buildCodingResultTool, CodingResult } from './coding-result.ts';

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

it('takes answers to criteria only where the ticket has some', () => {
  const answer = { number: 1, met: 'yes', evidence: 'test' };
  const given = { summary: 'a', criteria: [answer] };
  expect(buildCodingResultTool(NO_CRITERIA).schema.parse(given)).not.toHaveProperty('criteria');
  expect(buildCodingResultTool(numberCriteria(['It works'])).schema.parse(given)).toMatchObject({ criteria: [answer] });
});
