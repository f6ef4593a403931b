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
  outbox?: Outbox;
  budgets?: DayBudgets;
  clock: Clock;
}

const NAME = 'purge';
/** A run that began before midnight ends in the entry of its day. */
const BUDGETS_MS = 3 * DAY;
const EVERY_MS = 6 * HOUR;
/** A sweep is a timer tick: what is left over waits for the next one. */
const LIMIT = 200;

/**
 * Table Storage forgets nothing by itself, so this does, every six hours and in one sweeper only. Runs that have ended
 * since `keptUntil` stay, however old they are: the archive does not have them yet. Resolves to how many rows of each
 * kind went.
 */
export async function purge(
  { ledger, skipLog, watermarks, outbox, budgets, clock }: PurgeDeps,
  retention: Retention,
  keptUntil = Number.POSITIVE_INFINITY,
): Promise<{ runs: number; skipLog: number } | undefined> {
  const now = clock.now();
  const last = await watermarks.find(NAME);
  if (last && now - Number(last.value) < EVERY_MS) return undefined;
  if (!(await watermarks.advance(NAME, String(now), last))) return undefined;
  await outbox?.purge(now - retention.runsMs, LIMIT);
  await budgets?.purge(utcDay(now - BUDGETS_MS), LIMIT);
  return {
    runs: await ledger.purge(Math.max(0, Math.min(now - retention.runsMs, keptUntil)), LIMIT),
    skipLog: await skipLog.purge(now - retention.skipLogMs, LIMIT),
  };
}
