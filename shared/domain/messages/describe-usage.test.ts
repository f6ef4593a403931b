import { expect, it } from 'vitest';

import { describeUsage } from './describe-usage.ts';

it.each([
  { tokens: 0, said: '0 tokens' },
  { tokens: 999, said: '999 tokens' },
  { tokens: 12_000, said: '12,000 tokens' },
  { tokens: 1_234_567, said: '1,234,567 tokens' },
])('groups the digits of $tokens', ({ tokens, said }) => {
  const usage = { modelCalls: 1, inputTokens: tokens, outputTokens: 0 };
  expect(describeUsage({ usage, durationMs: 5000 })).toBe(`5 s, 1 model call, ${said}`);
});
