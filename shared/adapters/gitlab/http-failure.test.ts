import { describe, expect, it } from 'vitest';
import { TaskError } from '../../kernel/errors.ts';
import { HttpStatusError, readRefusal, readRetryAfterMs, statusOf, toTaskError } from './http-failure.ts';

describe('the reason of a refusal', () => {
  it.each([
    { body: { message: 'No' }, reason: 'No' },
    { body: { message: ['A', 'B'] }, reason: '["A","B"]' },
    { body: { message: { title: ['is too long'] } }, reason: '{"title":["is too long"]}' },
    { body: { error: 'title is missing' }, reason: 'title is missing' },
    { body: { message: 'two\nlines\u0000\u001b[31m' }, reason: 'two lines [31m' },
    { body: { message: 'word '.repeat(200) }, reason: `${'word '.repeat(60).trim()}…` },
    // Half a token would pass the redactor, which knows whole ones.
    {
      body: { message: `${'word '.repeat(57)}glpat-x7Yq2mNp4RsT6vWz8AbC is revoked` },
      reason: `${'word '.repeat(57).trim()}…`,
    },
    { body: { message: 'x'.repeat(999) }, reason: '…' },
    { body: {}, reason: '' },
    { body: 'text', reason: '' },
    { body: undefined, reason: '' },
  ])('of $body is $reason', ({ body, reason }) => {
    expect(readRefusal(body)).toBe(reason);
  });
});

describe('the time to stay away', () => {
  const now = Date.UTC(2025, 0, 6, 9);
  it.each([
    { headers: { 'retry-after': '5' }, ms: 5000 },
    { headers: { 'retry-after': 'Mon, 06 Jan 2025 09:01:00 GMT' }, ms: 60_000 },
    { headers: { 'retry-after': 'Mon, 06 Jan 2025 08:00:00 GMT' }, ms: 0 },
    { headers: { 'retry-after': 'soon' }, ms: undefined },
    { headers: { 'ratelimit-reset': String(now / 1000 + 9), 'ratelimit-remaining': '0' }, ms: 9000 },
    { headers: { 'ratelimit-reset': String(now / 1000 + 9), 'ratelimit-remaining': '12' }, ms: undefined },
    { headers: {}, ms: undefined },
  ])('by $headers is $ms', ({ headers, ms }) => {
    expect(readRetryAfterMs(new Headers(headers as Record<string, string>), now)).toBe(ms);
  });
});

it('finds the status behind an error, where there is one', () => {
  const failure = new HttpStatusError('GET', 'user', 418);
  expect(statusOf(toTaskError(failure, ''))).toBe(418);
  expect(statusOf(new TaskError('gitlab-unavailable', { cause: new Error('reset') }))).toBeUndefined();
});
