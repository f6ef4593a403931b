import { expect, it } from 'vitest';

import { currentTraceparent, formatTraceparent, parseTraceparent, runInTrace } from './trace-context.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

it.each([
  { text: `00-${traceId}-${spanId}-01`, sampled: true },
  { text: `00-${traceId}-${spanId}-00`, sampled: false },
  { text: `cc-${traceId}-${spanId}-03-what-comes-later`, sampled: true },
])('reads $text', ({ text, sampled }) => {
  expect(parseTraceparent(text)).toEqual({ traceId, spanId, sampled });
});

it.each([
  undefined,
  '',
  'nonsense',
  `ff-${traceId}-${spanId}-01`,
  `00-${'0'.repeat(32)}-${spanId}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
])('takes %s as no trace', (text) => expect(parseTraceparent(text)).toBeUndefined());

it('is current inside only', () => {
  const trace = { traceId, spanId, sampled: true };

  expect(runInTrace(trace, currentTraceparent)).toBe(formatTraceparent(trace));
  expect(currentTraceparent()).toBeUndefined();
});
