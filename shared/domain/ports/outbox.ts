import type { OutboxEntry } from '../runs/outbox-entry.ts';
import type { PurgeStep } from './purge-step.ts';

export interface OpenEntry {
  entry: OutboxEntry;
  /** Not tried before this time: another process is at it, or it has to wait. */
  leasedUntil: number;
  /** Attempts since it was enqueued or rescheduled. */
  tries: number;
  /** When it was enqueued or last rescheduled, in milliseconds. */
  openedAt: number;
  version: string;
}

/**
 * Effects on tickets that belong to no run, kept until they are done: a webhook or poll enqueues one, and a timer
 * processes it. What is done is remembered, so that the same event seen again costs nothing.
 */
export interface Outbox {
  /**
   * Replaces an older entry about the same subject. False when exactly this entry is done or open already; one that is
   * never remembered as done is looked at once more where it is leased.
   */
  enqueue(entry: OutboxEntry): Promise<boolean>;
  listOpen(): Promise<OpenEntry[]>;
  /** Leases an open entry; `undefined` when another process has it or it changed. */
  lease(open: OpenEntry, until: number): Promise<OpenEntry | undefined>;
  /** Leaves a leased entry until a later time, which counts as no try. Does nothing when it changed meanwhile. */
  reschedule(open: OpenEntry, until: number): Promise<void>;
  /** Remembers it as done. An entry that was replaced meanwhile stays open as what it is now. */
  complete(open: OpenEntry): Promise<void>;
  /** The entries of a kind that are remembered as done. */
  listDone(kind: OutboxEntry['kind']): Promise<OutboxEntry[]>;
  /** Forgets that anything was done about the subject, so that it can be enqueued again. */
  delete(entry: OutboxEntry): Promise<void>;
  /**
   * Deletes what was done before a time about what comes to its end: merge requests, runs, credentials, weeks; of each
   * at most `limit`, and reads no others.
   */
  purge(before: number, limit: number): Promise<PurgeStep>;
}
