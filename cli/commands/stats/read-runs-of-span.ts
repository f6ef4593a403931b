import pLimit from 'p-limit';
import type { RunLedger } from '../../../shared/domain/ports/run-ledger.ts';
import { fromRunDocument } from '../../../shared/domain/runs/archive/run-document.ts';
import { listRatings, type Rating } from '../../../shared/domain/runs/rating-event.ts';
import type { Run, RunEvent } from '../../../shared/domain/runs/run.ts';
import { isShadowResult } from '../../../shared/domain/runs/shadow-result.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { listKeptRuns } from '../../../shared/services/runs/archive/join-archive.ts';
import type { KeptDayFiles } from '../../../shared/services/runs/archive/kept-days.ts';
import { guardReading } from '../../../shared/services/runs/guard-reading.ts';

/** A run with what happened to its merge request. */
export interface SpanRun {
  run: Run;
  /** When its run opened a merge request, in milliseconds. */
  openedAt?: number;
  isMerged: boolean;
  /** Of a run in shadow, the last word of each person. */
  ratings?: Rating[];
}

const PAGE = 100;
const READS_AT_ONCE = 16;

/**
 * The runs created in a span, each once: those of the tables, page by page, then those that have left them, from the
 * kept days. Costs a list, a read for each run of the span, two more for each that made a merge request or ran in
 * shadow, and one for each kept day.
 * @throws {TaskError} `storage-*`, and `evidence-damaged` where a kept day was changed
 */
export async function* readRunsOfSpan(
  { from, before }: { from: number; before: number },
  { ledger, files }: { ledger: Pick<RunLedger, 'listCreated' | 'find' | 'listEvents'>; files: KeptDayFiles },
  onUnreadable: (runId: string) => void,
): AsyncGenerator<SpanRun, void> {
  const ids = await ledger.listCreated(from, before);
  const limit = pLimit(READS_AT_ONCE);
  const seen = new Set<string>();
  const unreadable = new Set<string>();
  for (let start = 0; start < ids.length; start += PAGE) {
    const page = ids.slice(start, start + PAGE);
    const runs = await limit.map(page, (runId) => guardReading(runId, silentLog, () => readOne(runId, ledger)));
    for (const [at, found] of runs.entries()) {
      const runId = page[at] ?? '';
      if (found === 'unreadable') unreadable.add(runId);
      if (found === undefined || found === 'unreadable') continue;
      seen.add(runId);
      yield found;
    }
  }
  for await (const document of listKeptRuns(files, from)) {
    const run = fromRunDocument(document);
    if (seen.has(run.runId) || run.createdAt >= before) continue;
    seen.add(run.runId);
    unreadable.delete(run.runId);
    yield addEvents(
      run,
      document.events.map(({ at, name, fields }) => ({
        runId: run.runId,
        at: Date.parse(at),
        name,
        ...(fields ? { fields } : {}),
      })),
    );
  }
  for (const runId of unreadable) onUnreadable(runId);
}

async function readOne(runId: string, ledger: Pick<RunLedger, 'find' | 'listEvents'>): Promise<SpanRun | undefined> {
  const run = await ledger.find(runId);
  if (!run) return undefined;
  if (run.result?.mergeRequestIid === undefined && !isShadowResult(run.result)) return { run, isMerged: false };
  return addEvents(run, await ledger.listEvents(runId, 0, () => {}));
}

function addEvents(run: Run, events: readonly RunEvent[]): SpanRun {
  // A run that goes on with an open merge request has not made it.
  const opened = events.find(({ name, fields }) => name === 'merge-request-open' && fields?.['created'] === true);
  const isMerged = events.some(({ name }) => name === 'merge-request-merged');
  const ratings = isShadowResult(run.result) ? { ratings: listRatings(events) } : {};
  return { run, isMerged, ...(opened ? { openedAt: opened.at } : {}), ...ratings };
}
