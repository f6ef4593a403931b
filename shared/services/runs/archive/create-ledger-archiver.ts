import type { Artefacts } from '../../../domain/ports/artefacts.ts';
import type { Watermarks } from '../../../domain/ports/watermarks.ts';
import { dayPath, formatDayFile, KeptDay, listAwaited } from '../../../domain/runs/archive/day-file.ts';
import { type Clock, HOUR } from '../../../kernel/clock.ts';
import { sha256 } from '../../../kernel/sha256.ts';
import { endOfUtcDay, utcDay } from '../../../kernel/utc-day.ts';
import { guardReading } from '../guard-reading.ts';
import type { KeptRuns } from '../purge.ts';
import { type CollectDayDeps, collectDay } from './collect-day.ts';
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
 * Resolves to what is kept, nothing at first. Never throws: what went wrong is logged, and tried again an hour later.
 */
export function createLedgerArchiver(deps: LedgerArchiverDeps): () => Promise<KeptRuns> {
  const { files, clock, log } = deps;
  let keptRuns: KeptRuns = { until: 0, except: new Set() };
  let waitUntil = 0;
  return async () => {
    const now = clock.now();
    if (now < waitUntil) return keptRuns;
    try {
      const kept = await keepNextDay(deps);
      if (kept) {
        const except = new Set(listAwaited(await openKeptDay(kept, files)).keys());
        keptRuns = { until: endOfUtcDay(kept.day), except };
      }
      waitUntil = kept ? dueAt(utcDay(keptRuns.until)) : now + RETRY_MS;
    } catch (error) {
      log.error('run ledger not archived', { error });
      waitUntil = now + RETRY_MS;
    }
    return keptRuns;
  };
}

/** Keeps a day if one is due. Resolves to the last day that is kept. */
async function keepNextDay(deps: LedgerArchiverDeps): Promise<KeptDay | undefined> {
  const { files, watermarks, clock, log } = deps;
  const mark = await watermarks.find(LEDGER_WATERMARK);
  // Without a mark the state is new or was lost, or a sweeper died: then the newest file says where to go on.
  const last = mark ? KeptDay.parse(JSON.parse(mark.value)) : await findNewestDay(files);
  if (last && !mark) return (await watermarks.advance(LEDGER_WATERMARK, JSON.stringify(last), mark)) ? last : undefined;
  const next: FirstDay | undefined = last ? { day: utcDay(endOfUtcDay(last.day)) } : await findFirstDay(deps);
  if (!next || dueAt(next.day) > clock.now()) return last;

  const { day } = next;
  const carried = last ? [...listAwaited(await openKeptDay(last, files)).keys()] : (next.carried ?? []);
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

interface FirstDay {
  day: string;
  carried?: readonly string[];
}

function dueAt(day: string): number {
  return endOfUtcDay(day) + SETTLE_MS;
}

/**
 * The day of the oldest run that can be read, where nothing was ever kept, and those before it that cannot; `undefined`
 * without runs.
 */
async function findFirstDay({ ledger, log, clock }: LedgerArchiverDeps): Promise<FirstDay | undefined> {
  const carried: string[] = [];
  for (const runId of await ledger.listCreated(0, clock.now())) {
    const run = await guardReading(runId, log, () => ledger.find(runId));
    if (run === 'unreadable') carried.push(runId);
    else if (run) return { day: utcDay(run.createdAt), carried };
  }
  return undefined;
}
