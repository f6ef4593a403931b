import * as z from 'zod';
import type { Budgets } from '../../domain/ports/budgets.ts';
import type { Outbox } from '../../domain/ports/outbox.ts';
import type { PurgeStep } from '../../domain/ports/purge-step.ts';
import type { RunLedger } from '../../domain/ports/run-ledger.ts';
import type { SkipLog } from '../../domain/ports/skip-log.ts';
import type { Watermarks } from '../../domain/ports/watermarks.ts';
import { type Clock, DAY, HOUR } from '../../kernel/clock.ts';
import { parseJson } from '../../kernel/parse-json.ts';
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
  budgets: Budgets;
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
/** A sweep is a timer tick: what is left over waits for the next one, which comes within a minute. */
const LIMIT = 200;
/** Under this name stands where the next step over the runs goes on; empty when all were looked at. */
const RUNS_NAME = 'purge-runs';
const Place = z.object({ createdAt: z.number(), runId: z.string() });

/**
 * Table Storage forgets nothing by itself, so this does, every six hours and in one sweeper only; while more is left
 * than one step takes, the next sweep goes on. Runs that are not kept stay, however old they are, and each is read once
 * in six hours at most. Resolves to how many rows of each kind went.
 */
export async function purge(
  deps: PurgeDeps,
  retention: Retention,
  kept = EVERYTHING_KEPT,
): Promise<{ runs: number; skipLog: number } | undefined> {
  const { skipLog, watermarks, outbox, budgets, clock } = deps;
  const now = clock.now();
  const last = await watermarks.find(NAME);
  if (last && now - Number(last.value) < EVERY_MS) return undefined;
  if (!(await watermarks.advance(NAME, String(now), last))) return undefined;
  // A webhook may have been notified of a run's start and of its end.
  const done = await outbox.purge(now - retention.runsMs, 2 * LIMIT);
  const budgetRows = await budgets.purge(utcDay(now - BUDGETS_MS), LIMIT);
  const runs = await purgeRuns(Math.max(0, Math.min(now - retention.runsMs, kept.until)), kept.except, deps);
  const skips = await skipLog.purge(now - retention.skipLogMs, LIMIT);
  // As if the last purge were long ago, which a sweeper of any version understands.
  if (done.more || budgetRows >= LIMIT || runs.more || skips.more)
    await watermarks.advance(NAME, String(now - EVERY_MS), await watermarks.find(NAME));
  return { runs: runs.purged, skipLog: skips.purged };
}

/** Goes on where the last step ended: what stays is not read again in each of them. */
async function purgeRuns(
  before: number,
  except: ReadonlySet<string>,
  { ledger, watermarks }: PurgeDeps,
): Promise<PurgeStep> {
  const place = await watermarks.find(RUNS_NAME);
  const after = Place.safeParse(parseJson(place?.value ?? '')).data;
  const { purged, next } = await ledger.purge(before, LIMIT, { except, after });
  if (next || after) await watermarks.advance(RUNS_NAME, next ? JSON.stringify(next) : '', place);
  return { purged, more: next !== undefined };
}
