import type { Context, Hono } from 'hono';
import { bindingName } from '../../../../shared/domain/mapping/binding-key.ts';
import { createBindings } from '../../../../shared/domain/mapping/bindings.ts';
import { isFinal, type Run } from '../../../../shared/domain/runs/run.ts';
import { silentLog } from '../../../../shared/kernel/log.ts';
import { guardReading } from '../../../../shared/services/runs/guard-reading.ts';
import { UsageError } from '../../../arguments/usage-error.ts';
import { parseRunQuery } from '../../run/run-query.ts';
import type { Html } from '../page/layout.ts';
import { renderProblemPage } from '../page/problem-page.ts';
import { renderRunPage, renderRunPart } from '../page/run-page.ts';
import { renderRunRow } from '../page/run-row.ts';
import { renderRunsList, renderRunsPage } from '../page/runs-page.ts';
import { renderTranscriptPage } from '../page/transcript.ts';
import type { Board } from '../read/board.ts';
import { listRuns } from '../read/list-runs.ts';
import { readNames } from '../read/read-names.ts';
import { readRefused } from '../read/read-refused.ts';
import { findBoardRun, type RunDetails, readOtherRuns, readRunDetails } from '../read/read-run.ts';
import { readShadow } from '../read/read-shadow.ts';
import { readTranscript } from '../read/read-transcript.ts';
import { type RunFilters, readFilters, toTerms } from '../read/run-filters.ts';
import { createRunsWatch, stampOf } from '../read/watch-runs.ts';
import { NOTICES } from './change-routes.ts';
import { streamChanges } from './stream-changes.ts';
import { streamPage } from './stream-page.ts';

/** The list of runs, the page of one, and what changes in them. */
export function addRunRoutes(app: Hono, board: Board, ended: AbortSignal): void {
  app.get('/runs', (context) => showRuns(context, board));
  app.get('/runs/live', (context) => followRuns(context, board, ended));
  app.get('/runs/:id', (context) => showRun(context, board));
  app.get('/runs/:id/patch', (context) => sendPatch(context, board));
  app.get('/runs/:id/live', (context) => followRun(context, board, ended));
  app.get('/runs/:id/transcripts/:number{[0-9]{1,4}}', (context) => showTranscript(context, board));
}

async function showRuns(context: Context, board: Board): Promise<Response> {
  const filters = readFilters(context.req.query());
  const problem = findProblem(filters, board);
  if (problem === undefined)
    return streamPage(context, { around: renderRunsPage, rest: () => readRunsList(filters, board) }, board);
  const view = { filters, bindings: await listKeys(board), problem, names: await readNames([], board) };
  return context.html(renderRunsPage(renderRunsList({ ...view, now: board.clock.now() })), 400);
}

/** Said of the words of a person before anything is read. */
function findProblem(filters: RunFilters, { clock, nameCommands }: Board): string | undefined {
  try {
    parseRunQuery(toTerms(filters), clock.now());
    return undefined;
  } catch (error) {
    if (error instanceof UsageError) return nameCommands(error.message);
    throw error;
  }
}

async function readRunsList(filters: RunFilters, board: Board): Promise<Html> {
  const [bindings, list] = await Promise.all([listKeys(board), listRuns(filters, board)]);
  const names = await readNames(list.runs, board);
  return renderRunsList({ filters, bindings, list, names, now: board.clock.now() });
}

async function listKeys(board: Board): Promise<string[]> {
  const { bindings = [] } = await board.map();
  return createBindings(bindings).entries.map(bindingName);
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
  if (!run) return noSuchRun(context, board);
  if (run.runId !== id) return context.redirect(`/runs/${run.runId}`, 303);
  const [details, others, transcript, shadow, refused] = await Promise.all([
    readRunDetails(run, board),
    readOtherRuns(run, board),
    readTranscript(run.runId, board),
    readShadow(run, board),
    readRefused(run, board),
  ]);
  const notice = NOTICES[context.req.query('did') ?? ''];
  const now = board.clock.now();
  return context.html(
    renderRunPage({
      ...details,
      stamp: stampDetails(details),
      others,
      transcript,
      shadow,
      refused,
      now,
      ...(notice === undefined ? {} : { notice }),
    }),
  );
}

async function showTranscript(context: Context, board: Board): Promise<Response> {
  const { id = '', number } = context.req.param();
  const transcript = await readTranscript(id, board, Number(number));
  return transcript ? context.html(renderTranscriptPage(id, transcript)) : noSuchRun(context, board);
}

/** As text, which a browser shows and never runs. */
async function sendPatch(context: Context, board: Board): Promise<Response> {
  const run = await findBoardRun(context.req.param('id') ?? '', board);
  const patch = run && (await findPatch(run, board));
  if (!patch) return noSuchRun(context, board);
  return context.body(patch.text, 200, {
    'content-type': 'text/plain; charset=utf-8',
    'content-disposition': `attachment; filename="${patch.name}"`,
  });
}

/** Of a run in shadow, or of refused work. */
async function findPatch(run: Run, board: Board): Promise<{ name: string; text: string } | undefined> {
  const shadow = await readShadow(run, board);
  if (shadow?.patch !== undefined) return { name: shadow.kept?.patch?.name ?? 'change.patch', text: shadow.patch };
  return (await readRefused(run, board))?.patch;
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

function noSuchRun(context: Context, { nameCommands }: Board): Response | Promise<Response> {
  return context.html(
    renderProblemPage(
      nameCommands('There is no such run that can be read; it may have been purged. `cmap run show RUN` says which.'),
    ),
    404,
  );
}
