import { expect, it } from 'vitest';

import { findExhaustedBudget } from './model-ledger.ts';

const limits = { maxModelCalls: 3, maxTokens: 100 };

it.each([
  { modelCalls: 0, inputTokens: 0, outputTokens: 0, exhausted: undefined },
  { modelCalls: 2, inputTokens: 50, outputTokens: 49, exhausted: undefined },
  { modelCalls: 3, inputTokens: 0, outputTokens: 0, exhausted: 'The limit is 3 model calls.' },
  { modelCalls: 1, inputTokens: 60, outputTokens: 40, exhausted: 'The limit is 100 tokens; 100 were used.' },
])('$modelCalls calls, $inputTokens + $outputTokens tokens: $exhausted', ({ exhausted, ...usage }) => {
  expect(findExhaustedBudget(usage, limits)).toBe(exhausted);
});
