import type { Run } from '../../../../shared/domain/runs/run.ts';
import { describeUnreadable } from '../../../clients/find-run-by-id.ts';
import { collectRuns, describeUnlabelled, sortRuns, startOf } from '../../run/find-runs.ts';
import { parseRunQuery } from '../../run/run-query.ts';
import { type RunCursor, walkRuns } from '../../run/walk-runs.ts';
import type { Board } from './board.ts';
import { type RunFilters, toTerms } from './run-filters.ts';

/** One page of the list. */
export interface RunsPage {
  runs: Run[];
  /** What cannot be seen from here. */
  notes: string[];
  read: number;
  /** Where older ones begin; absent when nothing older could fit. */
  next?: RunCursor;
  /** Creation time of the oldest run that was looked at. */
  back?: number;
}

const ON_A_PAGE = 50;
/** So many are sorted where failed ones come first. */
const ON_A_FAILED_FIRST_PAGE = 150;
/** As many as the ledger gives. */
const MOST_AT_ONCE = 100;
/** Where few fit: the sixth list of this size has the run that says whether there are more than `MOST_READ`. */
const SELECTIVE_PAGE = 84;
/** Runs that are looked at for one page: a rare match in a long history is found page by page. */
const MOST_READ = 500;

/**
 * The newest runs that fit. What it costs depends on the page and not on the history. @throws {UsageError} for a term
 * that is not understood
 */
export async function listRuns(filters: RunFilters, board: Board): Promise<RunsPage> {
  const query = parseRunQuery(toTerms(filters), board.clock.now());
  const [{ ledger }, places] = await Promise.all([board.storage(), board.placesOf(query)]);
  const limit = filters.failedFirst ? ON_A_FAILED_FIRST_PAGE : ON_A_PAGE;
  // One read more says whether there are older ones; where few fit, many at once.
  const page = Math.min(MOST_AT_ONCE, isSelective(filters) ? SELECTIVE_PAGE : limit + 1);
  const unreadable = new Set<string>();
  const onUnreadable = (runId: string) => void unreadable.add(runId);
  const newestFirst = walkRuns(places.subjects, ledger, { after: startOf(query, filters.after), page, onUnreadable });
  const found = await collectRuns(newestFirst, query, { places, limit, mostRead: MOST_READ });
  const { last, read, isWhole } = found;
  const unlabelled = describeUnlabelled(found);
  const sorted = sortRuns(found.runs, query.sort);
  return {
    runs: filters.failedFirst ? failedFirst(sorted) : sorted,
    notes: [
      ...places.notes,
      ...(unlabelled ? [unlabelled] : []),
      ...(unreadable.size > 0 ? [describeUnreadable([...unreadable])] : []),
    ],
    read,
    ...(isWhole || !last ? {} : { next: last }),
    ...(last ? { back: last.createdAt } : {}),
  };
}

function isSelective({ state, kind, text }: RunFilters): boolean {
  return state !== '' || kind !== '' || text !== '';
}

function failedFirst(runs: readonly Run[]): Run[] {
  return [...runs.filter(({ state }) => state === 'failed'), ...runs.filter(({ state }) => state !== 'failed')];
}
