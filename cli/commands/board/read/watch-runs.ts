import pLimit from 'p-limit';
import type { RunLedger } from '../../../../shared/domain/ports/run-ledger.ts';
import type { Run } from '../../../../shared/domain/runs/run.ts';
import { EVERYTHING, listSubjects } from '../../../../shared/domain/runs/subjects.ts';
import { DAY, MINUTE } from '../../../../shared/kernel/clock.ts';
import { silentLog } from '../../../../shared/kernel/log.ts';
import { guardReading } from '../../../../shared/services/runs/guard-reading.ts';
import { fitsQuery } from '../../run/find-runs.ts';
import { parseRunQuery } from '../../run/run-query.ts';
import type { Board } from './board.ts';
import { listRuns, type RunsPage } from './list-runs.ts';
import { type RunFilters, toTerms } from './run-filters.ts';

/** What became of a list since it was shown. */
export interface RunsChange {
  /** New, or not what they were. */
  changed: Run[];
  /** Ids of runs that do not fit any more. */
  gone: string[];
}

/** Clocks of programs differ: a run that appears now may say that it was created a moment ago. */
const OVERLAP_MS = 2 * MINUTE;
const READS_AT_ONCE = 8;

/** Starts to watch a page: the first call says what the page shows now, each later one what changed since. */
export function createRunsWatch(filters: RunFilters, board: Board): () => Promise<RunsChange> {
  const query = parseRunQuery(toTerms(filters), board.clock.now());
  const shown = new Set<string>();
  const known = new Map<string, string>();
  let open = new Set<string>();
  let lookedAt = board.clock.now();
  let page: RunsPage | undefined;

  const isInView = (run: Run): boolean =>
    !filters.after && (page?.next === undefined || run.createdAt >= (page.back ?? 0));

  const start = async (): Promise<RunsChange> => {
    const { ledger } = await board.storage();
    // Before the page, so that what ends meanwhile is looked at again.
    open = new Set((await ledger.listOpen()).map(({ runId }) => runId));
    page = await listRuns(filters, board);
    for (const run of page.runs) {
      shown.add(run.runId);
      known.set(run.runId, stampOf(run));
    }
    return { changed: page.runs, gone: [] };
  };

  const look = async (): Promise<RunsChange> => {
    const [{ ledger }, places] = await Promise.all([board.storage(), board.placesOf(query)]);
    const runs = await readMoved(ledger);
    const fits = (run: Run) => fitsQuery(run, query, places) && isUnder(run, places.subjects);
    const moved = runs.filter((run) => known.get(run.runId) !== stampOf(run));
    for (const run of moved) known.set(run.runId, stampOf(run));
    const changed = moved.filter((run) => fits(run) && (shown.has(run.runId) || isInView(run)));
    const gone = moved.filter((run) => shown.has(run.runId) && !fits(run)).map(({ runId }) => runId);
    for (const { runId } of changed) shown.add(runId);
    for (const runId of gone) shown.delete(runId);
    return { changed, gone };
  };

  /** Two requests, and one for each run that was open or is new and is over already. */
  const readMoved = async (ledger: Pick<RunLedger, 'find' | 'listOpen' | 'listCreated'>): Promise<Run[]> => {
    const now = board.clock.now();
    const [opened, created] = await Promise.all([
      ledger.listOpen(),
      ledger.listCreated(Math.max(0, lookedAt - OVERLAP_MS), now + DAY),
    ]);
    const isOpen = new Set(opened.map(({ runId }) => runId));
    const over = [...open, ...created.filter((runId) => !known.has(runId))].filter((runId) => !isOpen.has(runId));
    const ended = await pLimit(READS_AT_ONCE).map([...new Set(over)], (runId) =>
      guardReading(runId, silentLog, () => ledger.find(runId)),
    );
    open = isOpen;
    lookedAt = now;
    return [...opened, ...ended.filter((run) => run !== undefined && run !== 'unreadable')];
  };

  return () => (page ? look() : start());
}

/** Differs when anything that a row shows does. */
export function stampOf({ state, updatedAt, attempt, notified }: Run): string {
  return `${updatedAt}.${attempt}.${state}.${notified ? 1 : 0}`;
}

function isUnder({ task }: Run, subjects: readonly string[]): boolean {
  return subjects.includes(EVERYTHING) || listSubjects(task).some((subject) => subjects.includes(subject));
}
