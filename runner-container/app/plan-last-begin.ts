import { MINUTE } from '../../shared/kernel/clock.ts';

/** Clone, checks, pushes, reports and the removal of the work tree, beside the session and the validate command. */
const AROUND_MS = 10 * MINUTE;

/**
 * When this process begins its last run, so that the platform does not kill it in the middle of one: as long before the
 * end of the process as the longest run takes.
 */
export function planLastBegin(
  startedAt: number,
  {
    replicaTimeoutMs,
    wallClockMs,
    validateTimeoutMs,
  }: { replicaTimeoutMs: number; wallClockMs: number; validateTimeoutMs: number },
): number {
  return startedAt + replicaTimeoutMs - (wallClockMs + validateTimeoutMs + AROUND_MS);
}
