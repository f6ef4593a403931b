import type { Context, Hono } from 'hono';
import { UsageError } from '../../../arguments/usage-error.ts';
import { renderRunRow } from '../page/run-row.ts';
import { renderRunsPage } from '../page/runs-page.ts';
import type { Board } from '../read/board.ts';
import { listRuns, type RunsPage } from '../read/list-runs.ts';
import { readNames } from '../read/read-names.ts';
import { type RunFilters, readFilters } from '../read/run-filters.ts';
import { createRunsWatch } from '../read/watch-runs.ts';
import { streamChanges } from './stream-changes.ts';

/** The list of runs and what changes in it. */
export function addRunRoutes(app: Hono, board: Board, ended: AbortSignal): void {
  app.get('/runs', (context) => showRuns(context, board));
  app.get('/runs/live', (context) => followRuns(context, board, ended));
}

async function showRuns(context: Context, board: Board): Promise<Response> {
  const filters = readFilters(context.req.query());
  const [{ bindings = [] }, found] = await Promise.all([board.map(), tryToList(filters, board)]);
  const names = await readNames('list' in found ? found.list.runs : [], board);
  const keys = bindings.map(({ jiraProject }) => jiraProject);
  const page = renderRunsPage({ filters, bindings: keys, ...found, names, now: board.clock.now() });
  return context.html(page, 'problem' in found ? 400 : 200);
}

async function tryToList(filters: RunFilters, board: Board): Promise<{ list: RunsPage } | { problem: string }> {
  try {
    return { list: await listRuns(filters, board) };
  } catch (error) {
    if (error instanceof UsageError) return { problem: error.message };
    throw error;
  }
}

function followRuns(context: Context, board: Board, ended: AbortSignal): Response {
  const look = createRunsWatch(readFilters(context.req.query()), board);
  return streamChanges(context, {
    clock: board.clock,
    ended,
    async look() {
      const { changed, gone } = await look();
      if (changed.length === 0 && gone.length === 0) return undefined;
      const names = await readNames(changed, board);
      const now = board.clock.now();
      const rows = changed.map((run) => String(renderRunRow(run, names, now)));
      return { event: 'runs', data: JSON.stringify({ rows, gone }) };
    },
  });
}
