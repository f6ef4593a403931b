import { type ErrorCode, TaskError } from '../../kernel/errors.ts';
import { planWaitMs, RETRY } from '../../kernel/retry.ts';

/** After so many failures in one round the service is to blame and the rest waits for the next round. */
export const MAX_FAILURES_IN_A_ROW = 5;

/**
 * How long after the try of this number (from 1) the next one may begin. For a first pause of three minutes: every
 * three minutes for half an hour, then twice as long each time, up to an hour.
 */
export function planPauseMs(tries: number, firstMs: number): number {
  return planWaitMs(RETRY.notification, tries, { firstMs }) ?? RETRY.notification.longestMs;
}

/**
 * Whether a notification or an outbox entry that failed is given up: what it is about is gone, or it has failed for a
 * week. Everything else may come right, because people renew tokens, grant permissions, and deploy mended programs.
 */
export function isGivenUp(error: unknown, tries: number): boolean {
  return tries >= RETRY.notification.maxAttempts || (error instanceof TaskError && GONE.has(error.code));
}

const GONE: ReadonlySet<ErrorCode> = new Set(['jira-not-found', 'gitlab-not-found']);
