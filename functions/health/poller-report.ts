import type { PollerState } from '../../shared/domain/ports/poller-states.ts';
import { MINUTE, SECOND } from '../../shared/kernel/clock.ts';

export interface PollerReport {
  name: string;
  /** `null`: it has not succeeded yet. */
  secondsSinceSuccess: number | null;
  /** Failures since the last success. */
  failures: number;
  /** Catalogue code of the last failure. */
  code?: string;
  /** Projects Jira refuses to search, repositories GitLab refuses to list; absent when there are none. */
  refused?: string[];
  /** So many more than `refused` names; absent where it names all. */
  moreRefused?: number;
  /** Not polled for so long, because the service asked for it or failed. */
  backOffSeconds?: number;
  /** How far behind the poller is; absent for one without a watermark. */
  watermarkAgeSeconds?: number;
  /** Has failed for so long that work is being missed. */
  stalled: boolean;
  /** No poll was tried for long: its timer does not run. */
  late: boolean;
}

const STALLED_AFTER_MS = 15 * MINUTE;
/** About as long, for a poller that never succeeded: its back-off has grown to five minutes by then. */
const NEVER_AFTER_FAILURES = 6;
/** One failure after a long pause of the whole app is no stall. */
const MIN_FAILURES = 3;

/** A schedule of once an hour is still on time. */
const LATE_AFTER_MS = 75 * MINUTE;

/**
 * How a poller is doing, from the state it keeps. One that never ran is late when the instance that asks has been there
 * for as long. A watermark belongs to the poller of its name.
 */
export function reportPoller(
  name: string,
  { lastSuccessAt, failures, nextAllowedAt, code, refused, moreRefused }: PollerState = { failures: 0 },
  watermark: string | undefined,
  { now, startedAt }: { now: number; startedAt: number },
): PollerReport {
  const sinceMs = lastSuccessAt === undefined ? undefined : now - lastSuccessAt;
  const stalled =
    sinceMs === undefined ? failures >= NEVER_AFTER_FAILURES : failures >= MIN_FAILURES && sinceMs > STALLED_AFTER_MS;
  const watermarkAt = parseTime(watermark);
  return {
    name,
    secondsSinceSuccess: sinceMs === undefined ? null : toSeconds(sinceMs),
    failures,
    ...(code === undefined || failures === 0 ? {} : { code }),
    ...(nextAllowedAt !== undefined && nextAllowedAt > now ? { backOffSeconds: toSeconds(nextAllowedAt - now) } : {}),
    ...(watermarkAt === undefined ? {} : { watermarkAgeSeconds: toSeconds(now - watermarkAt) }),
    ...(refused ? { refused } : {}),
    ...(moreRefused ? { moreRefused } : {}),
    stalled,
    late: failures === 0 && now - (lastSuccessAt ?? startedAt) > LATE_AFTER_MS,
  };
}

/** Without credential and group. */
export function publicName(name: string): string {
  return name.split('~')[0] ?? name;
}

/** Watermarks are times, as milliseconds or as ISO text. */
function parseTime(watermark: string | undefined): number | undefined {
  if (watermark === undefined) return undefined;
  const time = /^\d{12,}$/.test(watermark) ? Number(watermark) : Date.parse(watermark);
  return Number.isNaN(time) ? undefined : time;
}

function toSeconds(ms: number): number {
  return Math.max(0, Math.round(ms / SECOND));
}
