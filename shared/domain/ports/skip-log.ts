import type { PurgeStep } from './purge-step.ts';

/** Why nothing happened about a subject, and when that was last decided. */
export interface SkipEntry {
  subject: string;
  /** A skip reason: one of a closed set of words. */
  reason: string;
  detail?: string;
  at: number;
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
  /** Deletes at most `limit` entries older than a time, and reads no others. */
  purge(before: number, limit: number): Promise<PurgeStep>;
}
