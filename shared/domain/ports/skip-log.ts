import type { PurgeStep } from './purge-step.ts';

/** Why nothing happened about a subject, and when that was last decided. */
export interface SkipEntry {
  subject: string;
  /** A skip reason: one of a closed set of words. */
  reason: string;
  detail?: string;
  at: number;
}

export interface SkipPeriod {
  since: number;
  before: number;
  limit: number;
  /** Absent: every one. */
  fits?: (entry: SkipEntry) => boolean;
}

export interface SkipPage {
  entries: SkipEntry[];
  /** Older ones were decided before this time; absent where there are none. */
  olderThan?: number;
}

/** Keeps one row per subject and reason, or per item of a subject, for `cmap explain`. */
export interface SkipLog {
  /**
   * A poll decides the same every minute: the same subject and reason is written once an hour per process. With `item`,
   * such as the id of a comment, each item has a row of its own.
   */
  record(subject: string, reason: string, detail?: string, item?: string): Promise<void>;
  /** Newest first. */
  list(subject: string): Promise<SkipEntry[]>;
  /**
   * What was decided from `since` to before `before` about subjects that fit, newest first: at least `limit` entries
   * where there are so many, and all of the time of the last one. Reads what is newer than that in steps of six hours,
   * and nothing older.
   */
  listSince(period: SkipPeriod): Promise<SkipPage>;
  /** Deletes at most `limit` entries older than a time, and reads no others. */
  purge(before: number, limit: number): Promise<PurgeStep>;
}
