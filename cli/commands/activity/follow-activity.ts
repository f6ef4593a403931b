import type { RunLedger } from '../../../shared/domain/ports/run-ledger.ts';
import { type Clock, MINUTE, SECOND } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { sleepUnlessAborted } from '../../../shared/kernel/waits.ts';
import { describeFailure } from '../../output/describe-error.ts';
import { type Activity, type ActivityReading, readActivity } from './read-activity.ts';

export interface FollowDeps {
  ledger: RunLedger;
  clock: Clock;
  show: (events: Activity[]) => Promise<void>;
  /** What is missing or not to be had; once per outage. */
  warn: (text: string) => void;
}

const EVERY_MS = 3 * SECOND;
/** What a runner writes late, or with a clock that is behind, is read this much later and shown all the same. */
const OVERLAP_MS = 2 * MINUTE;
const MAX_RECENT = 20;
const MAX_READ = 100;

/**
 * Shows what happens after a first reading until the signal aborts, each event once. Only as much is read as may be
 * new: runs at work and those that changed, and of each the last minutes. An outage of storage is waited out.
 */
export async function followActivity(
  { subject, since, first }: { subject: string; since: number; first: ActivityReading },
  { ledger, clock, show, warn }: FollowDeps,
  signal: AbortSignal,
): Promise<void> {
  const seen = new Map<string, number>();
  let from = since;
  let runs = first.runs;
  let isOut = false;
  remember(first.events);
  while (await sleepUnlessAborted(EVERY_MS, clock, signal)) {
    try {
      const range = { subject, since: from, maxRecent: MAX_RECENT, maxRead: MAX_READ, previous: runs };
      const reading = await readActivity(range, ledger);
      runs = reading.runs;
      isOut = false;
      const fresh = remember(reading.events);
      if (fresh.length > 0) await show(fresh);
      if (reading.truncated) warn('more happened at once than is shown; `cmap activity --since 5m` shows it');
    } catch (error) {
      if (!(error instanceof TaskError) || error.code !== 'storage-unavailable') throw error;
      if (!isOut) warn(describeFailure(error));
      isOut = true;
    }
  }

  /** Says which are new, and forgets what will not be read again. */
  function remember(events: Activity[]): Activity[] {
    // Events carry the clock of their runner; the clock here may differ.
    from = Math.max(from, (events.at(-1)?.at ?? 0) - OVERLAP_MS);
    const keys = keysOf(events);
    const fresh = events.filter((_, index) => !seen.has(keys[index] ?? ''));
    for (const [index, { at }] of events.entries()) seen.set(keys[index] ?? '', at);
    for (const [key, at] of seen) if (at < from) seen.delete(key);
    return fresh;
  }
}

/** Several events may be the same in every word: the first, the second... of its kind. */
function keysOf(events: readonly Activity[]): string[] {
  const counts = new Map<string, number>();
  return events.map(({ runId, at, name, fields }) => {
    const key = JSON.stringify([runId, at, name, fields]);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return `${count} ${key}`;
  });
}
