import { z } from 'zod';

import { HOUR, MINUTE, SECOND } from '../clock.ts';

/**
 * How far a group of projects has been polled. Times are milliseconds of our own clock, which must agree with GitLab's
 * within a minute.
 */
export const PollWatermark = z.object({
  /** Everything changed before this moment has been admitted. */
  at: z.int(),
  /** The first poll ever: what happened before is history and is never worked on. */
  since: z.int(),
});
export type PollWatermark = z.infer<typeof PollWatermark>;

/**
 * GitLab moves a merge request's `updated_at` for a note only when it is a minute old (`ThrottledTouch`), so a note may be
 * younger than the change that shows it. The second minute is for clocks that disagree.
 */
const OVERLAP_MS = 120 * SECOND;
const THROTTLE_MS = MINUTE;
const CLOCKS_MAY_DIFFER_MS = 30 * SECOND;

/** A binding that cannot be looked up holds its group back no longer than this. */
const MAX_HOLD_MS = HOUR;

export function startWatermark(now: number): PollWatermark {
  return { at: now, since: now };
}

/** What to ask GitLab for: merge requests changed at or after this. */
export function listAfter({ at }: PollWatermark): number {
  return at - OVERLAP_MS;
}

/** Notes written before this are history, or were seen by an earlier poll. */
export function notesAfter(watermark: PollWatermark): number {
  return Math.max(watermark.since, listAfter(watermark));
}

/** Whether the merge request changed only before the first poll, and came back because of the overlap. */
export function isHistory({ updatedAt }: { updatedAt: number }, { since }: PollWatermark): boolean {
  return updatedAt < since;
}

/** After a poll that admitted everything. `held` keeps the place while a binding could not be looked at, for an hour at most. */
export function advanceWatermark(
  watermark: PollWatermark,
  { startedAt, held }: { startedAt: number; held: boolean },
): PollWatermark {
  const at = held ? Math.max(watermark.at, startedAt - MAX_HOLD_MS) : Math.max(watermark.at, startedAt);
  return { ...watermark, at };
}

/**
 * Whether a merge request that has come back needs no second look: nothing moved, and the last look was late enough that a
 * note since then would have moved `updatedAt`.
 */
export function isUnchanged(
  { updatedAt }: { updatedAt: number },
  seen: { updatedAt: number; readAt: number } | undefined,
): boolean {
  return seen?.updatedAt === updatedAt && seen.readAt >= updatedAt + THROTTLE_MS + CLOCKS_MAY_DIFFER_MS;
}

/** The stored form. */
export function formatWatermark(watermark: PollWatermark): string {
  return JSON.stringify(watermark);
}

/** `undefined` for what cannot be read, which is treated like a first start. */
export function parseWatermark(text: string): PollWatermark | undefined {
  try {
    return PollWatermark.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
