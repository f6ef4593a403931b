import { expect, it } from 'vitest';
import { readRetryAfterMs } from './read-retry-after.ts';

const now = Date.UTC(2025, 0, 6, 9);

it.each<{ headers: Record<string, string>; ms: number | undefined }>([
  { headers: { 'retry-after': '5' }, ms: 5000 },
  { headers: { 'retry-after': ' 5 ' }, ms: 5000 },
  { headers: { 'retry-after': '0' }, ms: 0 },
  { headers: { 'retry-after': '0.5' }, ms: 500 },
  { headers: { 'retry-after': 'Mon, 06 Jan 2025 09:01:00 GMT' }, ms: 60_000 },
  { headers: { 'retry-after': 'Mon, 06 Jan 2025 08:00:00 GMT' }, ms: 0 },
  { headers: { 'retry-after': 'soon' }, ms: undefined },
  { headers: { 'retry-after': '-3' }, ms: 0 },
  { headers: { 'retry-after': '' }, ms: undefined },
  { headers: { 'ratelimit-reset': String(now / 1000 + 9), 'ratelimit-remaining': '0' }, ms: 9000 },
  { headers: { 'ratelimit-reset': String(now / 1000 + 9), 'ratelimit-remaining': '12' }, ms: undefined },
  { headers: {}, ms: undefined },
])('the time to stay away by $headers is $ms', ({ headers, ms }) => {
  expect(readRetryAfterMs(new Headers(headers), now)).toBe(ms);
});
