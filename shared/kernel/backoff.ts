import { planWaitMs, RETRY } from './retry.ts';

/** How long to wait after a failed attempt (from 1) of a run. See `RETRY.run`. */
export function planBackoffMs(attempt: number, retryAfterMs = 0, firstMs?: number): number {
  return planWaitMs(RETRY.run, attempt, { retryAfterMs, firstMs }) ?? 0;
}
