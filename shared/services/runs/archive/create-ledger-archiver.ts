import { sha256 } from '../../../domain/audit/report/sha256.ts';
import type { Artefacts } from '../../../domain/ports/artefacts.ts';
import type { Watermarks } from '../../../domain/ports/watermarks.ts';
import { dayPath, formatDayFile, KeptDay } from '../../../domain/runs/archive/day-file.ts';
import { type Clock, HOUR } from '../../../kernel/clock.ts';
import { endOfUtcDay, utcDay } from '../../../kernel/utc-day.ts';
import { type CollectDayDeps, collectDay, findReadable } from './collect-day.ts';
import { findNewestDay, openKeptDay, readKeptDay } from './kept-days.ts';

export interface LedgerArchiverDeps extends CollectDayDeps {
  /** The container of kept days. */
  files: Artefacts;
  watermarks: Pick<Watermarks, 'find' | 'advance'>;
  clock: Clock;
}

/** Under this name stands the last day that was kept, as JSON of a `KeptDay`. */
export const LEDGER_WATERMARK = 'ledger-archive';

/**
 * A day is kept when it has been over for this long: clocks differ, and a run that ends at midnight is notified after
 * it.
 */
const SETTLE_MS = 2 * HOUR;

/** A service that refuses is not asked again at every sweep. */
const RETRY_MS = HOUR;

/**
 * Copies each finished UTC day of the run ledger to files that are written once, one day at a call, oldest first. A
 * file is one write, and the first one stays: two sweepers at once, or one that dies half-way, keep the same day once.
 * Resolves to the time before which all runs that have ended are kept, in milliseconds; 0 while nothing is. Never
 * throws: what went wrong is logged, and tried again an hour later.
 */
export function createLedgerArchiver(deps: LedgerArchiverDeps): () => Promise<number> {
  const { clock, log } = deps;
  let keptUntil = 0;
  let waitUntil = 0;
  return async () => {
    const now = clock.now();
    if (now < waitUntil) return keptUntil;
    try {
      const kept = await keepNextDay(deps);
      if (kept) keptUntil = endOfUtcDay(kept.day);
      waitUntil = kept ? dueAt(utcDay(keptUntil)) : now + RETRY_MS;
    } catch (error) {
      log.error('run ledger not archived', { error });
      waitUntil = now + RETRY_MS;
    }
    return keptUntil;
  };
}

/** Keeps a day if one is due. Resolves to the last day that is kept. */
async function keepNextDay(deps: LedgerArchiverDeps): Promise<KeptDay | undefined> {
  const { files, watermarks, clock, log } = deps;
  const mark = await watermarks.find(LEDGER_WATERMARK);
  // Without a mark the state is new or was lost, or a sweeper died: then the newest file says where to go on.
  const last = mark ? KeptDay.parse(JSON.parse(mark.value)) : await findNewestDay(files);
  if (last && !mark) return (await watermarks.advance(LEDGER_WATERMARK, JSON.stringify(last), mark)) ? last : undefined;
  const day = last ? utcDay(endOfUtcDay(last.day)) : await findFirstDay(deps);
  if (day === undefined || dueAt(day) > clock.now()) return last;

  const carried = last ? (await openKeptDay(last, files)).open : [];
  const file = await collectDay(day, { previous: last, carried }, deps);
  const text = formatDayFile(file);
  const created = await files.create(dayPath(day), text);
  // Otherwise another sweeper was first, or one died after its write: what is there is that day.
  const kept = { day, sha256: sha256(created ? text : await readKeptDay({ day }, files)) };
  await watermarks.advance(LEDGER_WATERMARK, JSON.stringify(kept), mark);
  const { runs, open, lost } = file;
  if (created) log.info('run ledger archived', { day, runs: runs.length, open: open.length, lost: lost.length });
  return kept;
}

function dueAt(day: string): number {
  return endOfUtcDay(day) + SETTLE_MS;
}

/** The day of the oldest run, where nothing was ever kept; `undefined` without runs. */
async function findFirstDay(deps: LedgerArchiverDeps): Promise<string | undefined> {
  for (const runId of await deps.ledger.listCreated(0, deps.clock.now())) {
    const run = await findReadable(runId, deps);
    if (typeof run === 'object') return utcDay(run.createdAt);
  }
  return undefined;
}
