import type { DayBudgets } from '../../domain/ports/day-budgets.ts';
import type { Outbox } from '../../domain/ports/outbox.ts';
import type { RunLedger } from '../../domain/ports/run-ledger.ts';
import type { SkipLog } from '../../domain/ports/skip-log.ts';
import type { Watermarks } from '../../domain/ports/watermarks.ts';
import { type Clock, DAY, HOUR } from '../../kernel/clock.ts';
import { utcDay } from '../../kernel/utc-day.ts';

export interface Retention {
  /** Finished runs with their events and results; until then the same event is known as seen. */
  runsMs: number;
  skipLogMs: number;
}

export const DEFAULT_RETENTION: Retention = { runsMs: 90 * DAY, skipLogMs: 14 * DAY };

export interface PurgeDeps {
  ledger: RunLedger;
  skipLog: SkipLog;
  watermarks: Watermarks;
  outbox: Outbox;
  budgets: DayBudgets;
  clock: Clock;
}

/** What of the ledger is kept: the runs that ended before `until`, but for those that no day could keep yet. */
export interface KeptRuns {
  /** In milliseconds; 0 while nothing is kept. */
  until: number;
  except: ReadonlySet<string>;
}

const EVERYTHING_KEPT: KeptRuns = { until: Number.POSITIVE_INFINITY, except: new Set() };

const NAME = 'purge';
/** A run that began before midnight ends in the entry of its day. */
const BUDGETS_MS = 3 * DAY;
const EVERY_MS = 6 * HOUR;
/** A sweep is a timer tick: what is left over waits for the next one. */
const LIMIT = 200;

/**
 * Table Storage forgets nothing by itself, so this does, every six hours and in one sweeper only. Runs that are not
 * kept stay, however old they are. Resolves to how many rows of each kind went.
 */
export async function purge(
  { ledger, skipLog, watermarks, outbox, budgets, clock }: PurgeDeps,
  retention: Retention,
  kept = EVERYTHING_KEPT,
): Promise<{ runs: number; skipLog: number } | undefined> {
  const now = clock.now();
  const last = await watermarks.find(NAME);
  if (last && now - Number(last.value) < EVERY_MS) return undefined;
  if (!(await watermarks.advance(NAME, String(now), last))) return undefined;
  // A webhook may have been notified of a run's start and of its end.
  await outbox.purge(now - retention.runsMs, 2 * LIMIT);
  await budgets.purge(utcDay(now - BUDGETS_MS), LIMIT);
  return {
    runs: await ledger.purge(Math.max(0, Math.min(now - retention.runsMs, kept.until)), LIMIT, kept.except),
    skipLog: await skipLog.purge(now - retention.skipLogMs, LIMIT),
  };
}
