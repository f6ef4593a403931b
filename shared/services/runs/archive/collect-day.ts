import type { RunLedger } from '../../../domain/ports/run-ledger.ts';
import type { DayFile, KeptDay } from '../../../domain/runs/archive/day-file.ts';
import { RunDocument, toRunDocument } from '../../../domain/runs/archive/run-document.ts';
import { isFinal, type Run } from '../../../domain/runs/run.ts';
import type { Log } from '../../../kernel/log.ts';
import { endOfUtcDay, startOfUtcDay } from '../../../kernel/utc-day.ts';
import { guardReading } from '../guard-reading.ts';

export interface CollectDayDeps {
  ledger: Pick<RunLedger, 'find' | 'listCreated' | 'listEvents'>;
  log: Log;
}

/** So many runs are read at once: one by one, a large day would take longer than the sweep that keeps it may. */
const GROUP = 10;

/**
 * All that had ended by the end of the day of what was created on it, and of `carried`: the runs that the day before
 * did not keep.
 */
export async function collectDay(
  day: string,
  { previous, carried }: { previous: KeptDay | undefined; carried: readonly string[] },
  deps: CollectDayDeps,
): Promise<DayFile> {
  const file: DayFile = { day, previous: previous ?? null, runs: [], open: [], lost: [] };
  const created = await deps.ledger.listCreated(startOfUtcDay(day), endOfUtcDay(day));
  const runIds = [...new Set([...carried, ...created])];
  for (let start = 0; start < runIds.length; start += GROUP) {
    const group = runIds.slice(start, start + GROUP);
    const read = await Promise.all(group.map(async (runId) => ({ runId, found: await readRun(runId, day, deps) })));
    for (const { runId, found } of read) {
      if (found === 'open') file.open.push(runId);
      else if (typeof found === 'string') file.lost.push({ runId, reason: found });
      else file.runs.push(found);
    }
  }
  return file;
}

function readRun(
  runId: string,
  day: string,
  { ledger, log }: CollectDayDeps,
): Promise<RunDocument | 'open' | 'unreadable' | 'gone'> {
  return guardReading(runId, log, async () => {
    const run = await ledger.find(runId);
    if (!run) return 'gone';
    if (!isWhole(run, day)) return 'open';
    const document = toRunDocument(run, await ledger.listEvents(runId));
    // A line that does not read back would make the whole file one of another kind, and the chain would end there.
    RunDocument.parse(JSON.parse(JSON.stringify(document)));
    return document;
  });
}

/** Until its requester was notified there is more to be told of a run; what ended later is told by a later day. */
function isWhole({ state, notified, updatedAt }: Run, day: string): boolean {
  return isFinal(state) && notified && updatedAt < endOfUtcDay(day);
}
