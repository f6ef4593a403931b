import { expect, it } from 'vitest';

import { judgeModelStatus, parseRetryAfterMs } from './model-answer.ts';

it.each([
  { status: 200, verdict: { kind: 'usable' } },
  { status: 302, verdict: { kind: 'failed', code: 'model-refused', retry: false } },
  { status: 400, verdict: { kind: 'failed', code: 'model-refused', retry: false } },
  { status: 401, verdict: { kind: 'failed', code: 'model-unauthorized', retry: false } },
  { status: 402, verdict: { kind: 'failed', code: 'model-refused', retry: false } },
  { status: 403, verdict: { kind: 'failed', code: 'model-unauthorized', retry: false } },
  { status: 404, verdict: { kind: 'failed', code: 'model-refused', retry: false } },
  { status: 408, verdict: { kind: 'failed', code: 'model-unavailable', retry: true } },
  { status: 429, verdict: { kind: 'failed', code: 'model-unavailable', retry: true } },
  { status: 500, verdict: { kind: 'failed', code: 'model-unavailable', retry: true } },
  { status: 503, verdict: { kind: 'failed', code: 'model-unavailable', retry: true } },
])('HTTP $status is $verdict', ({ status, verdict }) => {
  expect(judgeModelStatus(status)).toEqual(verdict);
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
