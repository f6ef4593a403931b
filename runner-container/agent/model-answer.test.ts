import { expect, it } from 'vitest';

import { judgeModelStatus, parseRetryAfterMs } from './model-answer.ts';

it.each([
  { status: 200, judgement: { kind: 'usable' } },
  { status: 302, judgement: { kind: 'failed', code: 'model-refused', retry: false } },
  { status: 400, judgement: { kind: 'failed', code: 'model-refused', retry: false } },
  { status: 401, judgement: { kind: 'failed', code: 'model-unauthorized', retry: false } },
  { status: 402, judgement: { kind: 'failed', code: 'model-refused', retry: false } },
  { status: 403, judgement: { kind: 'failed', code: 'model-unauthorized', retry: false } },
  { status: 404, judgement: { kind: 'failed', code: 'model-refused', retry: false } },
  { status: 408, judgement: { kind: 'failed', code: 'model-unavailable', retry: true } },
  { status: 429, judgement: { kind: 'failed', code: 'model-unavailable', retry: true } },
  { status: 500, judgement: { kind: 'failed', code: 'model-unavailable', retry: true } },
  { status: 503, judgement: { kind: 'failed', code: 'model-unavailable', retry: true } },
])('HTTP $status is $judgement', ({ status, judgement }) => {
  expect(judgeModelStatus(status)).toEqual(judgement);
});

const NOW = Date.parse('2026-01-01T00:00:00Z');

it.each([
  { value: null, ms: undefined },
  { value: '', ms: undefined },
  { value: 'soon', ms: undefined },
  { value: '2', ms: 2000 },
  { value: '0.5', ms: 500 },
  { value: '-3', ms: 0 },
  { value: 'Thu, 01 Jan 2026 00:01:00 GMT', ms: 60_000 },
  { value: 'Wed, 31 Dec 2025 00:00:00 GMT', ms: 0 },
])('reads Retry-After $value as $ms ms', ({ value, ms }) => {
  expect(parseRetryAfterMs(value, NOW)).toBe(ms);
});
