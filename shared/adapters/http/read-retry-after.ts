import { SECOND } from '../../kernel/clock.ts';

/**
 * How long a service asks to be left alone, in milliseconds: `Retry-After` as seconds or as a date (RFC 9110, 10.2.3),
 * else `RateLimit-Reset` (Unix seconds) of a used-up limit, which GitLab sends. `undefined` when absent or unreadable.
 */
export function readRetryAfterMs(headers: Pick<Headers, 'get'>, now: number): number | undefined {
  return readRetryAfter(headers.get('retry-after')?.trim() ?? '', now) ?? readReset(headers, now);
}

function readRetryAfter(value: string, now: number): number | undefined {
  if (/^-?\d{1,9}(\.\d+)?$/.test(value)) return Math.max(0, Number(value) * SECOND);
  const date = /[a-z]/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function readReset(headers: Pick<Headers, 'get'>, now: number): number | undefined {
  const reset = headers.get('ratelimit-reset') ?? '';
  if (headers.get('ratelimit-remaining') !== '0' || !/^\d{1,12}$/.test(reset)) return undefined;
  return Math.max(0, Number(reset) * SECOND - now);
}
