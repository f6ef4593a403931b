import type { RunLedger } from '../../../domain/ports/run-ledger.ts';
import type { DayFile, KeptDay } from '../../../domain/runs/archive/day-file.ts';
import { toRunDocument } from '../../../domain/runs/archive/run-document.ts';
import { isFinal, type Run } from '../../../domain/runs/run.ts';
import { TaskError } from '../../../kernel/errors.ts';
import type { Log } from '../../../kernel/log.ts';
import { endOfUtcDay, startOfUtcDay } from '../../../kernel/utc-day.ts';

export interface CollectDayDeps {
  ledger: Pick<RunLedger, 'find' | 'listCreated' | 'listEvents'>;
  log: Log;
}

/**
 * All that is finished of what was created on the day, and of `carried`: the runs that were open when the day before
 * was kept.
 */
export async function collectDay(
  day: string,
  { previous, carried }: { previous: KeptDay | undefined; carried: readonly string[] },
  deps: CollectDayDeps,
): Promise<DayFile> {
  const { ledger } = deps;
  const file: DayFile = { day, previous: previous ?? null, runs: [], open: [], lost: [] };
  const created = await ledger.listCreated(startOfUtcDay(day), endOfUtcDay(day));
  for (const runId of new Set([...carried, ...created])) {
    const run = await findReadable(runId, deps);
    if (run === 'unreadable' || run === 'gone') file.lost.push({ runId, reason: run });
    else if (isFinal(run.state)) file.runs.push(toRunDocument(run, await ledger.listEvents(runId)));
    else file.open.push(runId);
  }
  return file;
}

/** One row that cannot be read must not keep the others from being kept; storage that does not answer must. */
export async function findReadable(
  runId: string,
  { ledger, log }: Pick<CollectDayDeps, 'log'> & { ledger: Pick<RunLedger, 'find'> },
): Promise<Run | 'unreadable' | 'gone'> {
  try {
    return (await ledger.find(runId)) ?? 'gone';
  } catch (error) {
    if (!(error instanceof TaskError) || error.code !== 'unexpected') throw error;
    log.error('run row unreadable', { runId, error });
    return 'unreadable';
  }
}
