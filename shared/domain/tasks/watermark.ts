import { DAY, HOUR, MINUTE, SECOND } from '../../kernel/clock.ts';

/**
 * A watermark is a moment in milliseconds of our own clock, which must agree with GitLab's within a minute. Everything
 * that happened in the group more than the overlap before it has been admitted.
 */
const OVERLAP_MS = 2 * MINUTE;

/**
 * GitLab moves a merge request's `updated_at` for a note only when it is a minute old (`ThrottledTouch` in its source),
 * so a note may be younger than the change under which it is listed.
 */
const THROTTLE_MS = MINUTE;
const CLOCKS_MAY_DIFFER_MS = 30 * SECOND;

/** A binding that cannot be looked up holds its group back no longer than this. */
const MAX_HOLD_MS = HOUR;

/**
 * A change that was admitted is recognised as long as its run is kept, which is a week at least (RUN_RETENTION_DAYS);
 * an older one would be done a second time.
 */
const MAX_LOOK_BACK_MS = 6 * DAY;

/** Where a poll goes on from a stored watermark, which may be of a group or credential that was not polled for long. */
export function resumeWatermark(watermark: number, now: number): number {
  return Math.max(watermark, now - MAX_LOOK_BACK_MS);
}

/** The watermark of a group that was never polled: what happened before now is history and is never worked on. */
export function startWatermark(now: number): number {
  return now + OVERLAP_MS;
}

/** Changes and notes from this moment on are work, unless they were admitted before. */
export function workAfter(watermark: number): number {
  return watermark - OVERLAP_MS;
}

/** What to ask GitLab for: merge requests changed at or after this. */
export function listAfter(watermark: number): number {
  return workAfter(watermark) - THROTTLE_MS;
}

/**
 * After a poll that admitted everything. `held` keeps the place while a binding could not be looked at, for an hour at
 * most.
 */
export function advanceWatermark(watermark: number, { startedAt, held }: { startedAt: number; held: boolean }): number {
  return Math.max(watermark, held ? startedAt - MAX_HOLD_MS : startedAt);
}

/**
 * Whether a merge request that has come back needs no second look: nothing moved, and the last look was late enough
 * that a note since then would have moved `updatedAt`.
 */
export function isUnchanged(
  { updatedAt }: { updatedAt: number },
  seen: { updatedAt: number; readAt: number } | undefined,
): boolean {
  return seen?.updatedAt === updatedAt && seen.readAt >= updatedAt + THROTTLE_MS + CLOCKS_MAY_DIFFER_MS;
}

/** Reads the stored text; `undefined` for what is no time, which is treated like a first start. */
export function parseWatermark(text: string): number | undefined {
  return /^\d{12,15}$/.test(text) ? Number(text) : undefined;
}
