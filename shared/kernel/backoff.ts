import { MINUTE, SECOND } from './clock.ts';

const FIRST_MS = 30 * SECOND;
const LONGEST_MS = 15 * MINUTE;
/** A service may ask for more patience than ours, but not for a day. */
const LONGEST_ASKED_MS = 6 * 60 * MINUTE;

/** How long to wait after a failed attempt (from 1): 30 seconds unless said otherwise, doubling to 15 minutes, or longer when the service asked for it. */
export function planBackoffMs(attempt: number, retryAfterMs = 0, firstMs: number = FIRST_MS): number {
  const own = Math.min(LONGEST_MS, firstMs * 2 ** Math.max(0, attempt - 1));
  return Math.max(own, Math.min(retryAfterMs, LONGEST_ASKED_MS));
}
