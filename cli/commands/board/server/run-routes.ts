import type { Context, Hono } from 'hono';
import { isFinal } from '../../../../shared/domain/runs/run.ts';
import { silentLog } from '../../../../shared/kernel/log.ts';
import { guardReading } from '../../../../shared/services/runs/guard-reading.ts';
import { UsageError } from '../../../arguments/usage-error.ts';
import { renderProblemPage } from '../page/problem-page.ts';
import { renderRunPage, renderRunPart } from '../page/run-page.ts';
import { renderRunRow } from '../page/run-row.ts';
import { renderRunsPage } from '../page/runs-page.ts';
import { renderTranscriptPage } from '../page/transcript.ts';
import type { Board } from '../read/board.ts';
import { listRuns, type RunsPage } from '../read/list-runs.ts';
import { readNames } from '../read/read-names.ts';
import { findBoardRun, type RunDetails, readOtherRuns, readRunDetails } from '../read/read-run.ts';
import { readTranscript } from '../read/read-transcript.ts';
import { type RunFilters, readFilters } from '../read/run-filters.ts';
import { createRunsWatch, stampOf } from '../read/watch-runs.ts';
import { NOTICES } from './change-routes.ts';
import { streamChanges } from './stream-changes.ts';

/** The list of runs, the page of one, and what changes in them. */
export function addRunRoutes(app: Hono, board: Board, ended: AbortSignal): void {
  app.get('/runs', (context) => showRuns(context, board));
  app.get('/runs/live', (context) => followRuns(context, board, ended));
  app.get('/runs/:id', (context) => showRun(context, board));
  app.get('/runs/:id/live', (context) => followRun(context, board, ended));
  app.get('/runs/:id/transcripts/:number{[0-9]{1,4}}', (context) => showTranscript(context, board));
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

async function showRun(context: Context, board: Board): Promise<Response> {
  const id = context.req.param('id') ?? '';
  const run = await findBoardRun(id, board);
  if (!run) return noSuchRun(context);
  if (run.runId !== id) return context.redirect(`/runs/${run.runId}`, 303);
  const [details, others, transcript] = await Promise.all([
    readRunDetails(run, board),
    readOtherRuns(run, board),
    readTranscript(run.runId, board),
  ]);
  const notice = NOTICES[context.req.query('did') ?? ''];
  const now = board.clock.now();
  return context.html(
    renderRunPage({
      ...details,
      stamp: stampDetails(details),
      others,
      transcript,
      now,
      ...(notice === undefined ? {} : { notice }),
    }),
  );
}

async function showTranscript(context: Context, board: Board): Promise<Response> {
  const { id = '', number } = context.req.param();
  const transcript = await readTranscript(id, board, Number(number));
  return transcript ? context.html(renderTranscriptPage(id, transcript)) : noSuchRun(context);
}

/** Reads the run each time, and its events while it is at work or was changed. */
function followRun(context: Context, board: Board, ended: AbortSignal): Response {
  const id = context.req.param('id') ?? '';
  let sent = '';
  let wasOpen = false;
  return streamChanges(context, {
    clock: board.clock,
    ended,
    async look() {
      const { ledger } = await board.storage();
      const run = await guardReading(id, silentLog, () => ledger.find(id));
      if (!run || run === 'unreadable') return undefined;
      if (isFinal(run.state) && wasOpen) {
        wasOpen = false;
        return { event: 'ended', data: '' };
      }
      wasOpen = !isFinal(run.state);
      if (run.state !== 'running' && sent.startsWith(stampOf(run))) return undefined;
      const details = await readRunDetails(run, board);
      const stamp = stampDetails(details);
      if (stamp === sent) return undefined;
      sent = stamp;
      const part = String(renderRunPart(details, board.clock.now()));
      return { event: 'run', data: JSON.stringify({ stamp, part }) };
    },
  });
}

function stampDetails({ run, stages }: RunDetails): string {
  return `${stampOf(run)}-${stages.stages.length}-${stages.steps}`;
}

function noSuchRun(context: Context): Response | Promise<Response> {
  return context.html(
    renderProblemPage(
      'There is no such run that can be read; it may have been purged. `cmap run show RUN` says which.',
    ),
    404,
  );
}
