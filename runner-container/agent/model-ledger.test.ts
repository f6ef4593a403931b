import { expect, it } from 'vitest';

import { createModelLedger, findExhaustedBudget } from './model-ledger.ts';

const limits = { maxModelCalls: 3, maxTokens: 100 };

it.each([
  { modelCalls: 0, inputTokens: 0, outputTokens: 0, exhausted: undefined },
  { modelCalls: 2, inputTokens: 50, outputTokens: 49, exhausted: undefined },
  { modelCalls: 3, inputTokens: 0, outputTokens: 0, exhausted: 'The limit is 3 model calls.' },
  { modelCalls: 1, inputTokens: 60, outputTokens: 40, exhausted: 'The limit is 100 tokens; 100 were used.' },
])('$modelCalls calls, $inputTokens + $outputTokens tokens: $exhausted', ({ exhausted, ...usage }) => {
  expect(findExhaustedBudget(usage, limits)).toBe(exhausted);
});

it('says before a call what all will have used at most, with those that are under way', () => {
  const ledger = createModelLedger();
  ledger.addTokens({ inputTokens: 10, outputTokens: 5 });
  expect(ledger.beginCall(1000)).toEqual({ modelCalls: 1, inputTokens: 510, outputTokens: 32_005 });
  expect(ledger.beginCall(3001)).toMatchObject({ inputTokens: 10 + 500 + 1501, outputTokens: 64_005 });
  ledger.dropCall();
  ledger.addTokens({ inputTokens: 300, outputTokens: 20 });
  expect(ledger.beginCall(0)).toMatchObject({ inputTokens: 310, outputTokens: 32_025 });
});
