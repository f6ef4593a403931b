import type { Context, Hono } from 'hono';
import type { RunRecord } from '../../../../shared/domain/ports/run-ledger.ts';
import { formatTask } from '../../../output/format-task.ts';
import { cancelRun, refuseCancel, refuseRetry, repeatRun } from '../../run/end-or-repeat.ts';
import { renderConfirmPage } from '../page/confirm-page.ts';
import { renderProblemPage } from '../page/problem-page.ts';
import type { Board } from '../read/board.ts';
import { findBoardRun } from '../read/read-run.ts';

/** What the page of a run says after a change, by the word in its address. */
export const NOTICES: Readonly<Record<string, string>> = {
  retried: 'The task is on the queue again, as this run.',
  again: 'The task was begun again before; this is that run.',
  cancelled: 'The run is cancelled.',
  stopped: 'The run is cancelled. Its runner notices within a minute, stops its work and writes nothing more about it.',
};

/** Retry and cancel, with the rules of the commands; each asks first and is a POST. */
export function addChangeRoutes(app: Hono, board: Board): void {
  app.get('/runs/:id/retry', (context) => askToRetry(context, board));
  app.post('/runs/:id/retry', (context) => retry(context, board));
  app.get('/runs/:id/cancel', (context) => askToCancel(context, board));
  app.post('/runs/:id/cancel', (context) => cancel(context, board));
}

async function askToRetry(context: Context, board: Board): Promise<Response> {
  const run = await findNamedRun(context, board);
  const refusal = run ? refuseRetry(run) : undefined;
  if (!run || refusal !== undefined) return refuse(context, board, refusal);
  const page = renderConfirmPage({
    title: `Do ${formatTask(run.task, await board.paths())} again?`,
    text: `A new run gets the task of ${run.runId}, which ended as ${run.state}. Doing it twice makes one run.`,
    button: 'Do it again',
    action: `/runs/${run.runId}/retry`,
    back: `/runs/${run.runId}`,
  });
  return context.html(page);
}

async function retry(context: Context, board: Board): Promise<Response> {
  const run = await findNamedRun(context, board);
  if (!run) return refuse(context, board);
  const admission = await repeatRun(run, { storage: await board.storage(), clock: board.clock });
  if ('error' in admission) return refuse(context, board, admission.error);
  return context.redirect(`/runs/${admission.runId}?did=${admission.kind === 'admitted' ? 'retried' : 'again'}`, 303);
}

async function askToCancel(context: Context, board: Board): Promise<Response> {
  const run = await findNamedRun(context, board);
  const refusal = run ? refuseCancel(run) : undefined;
  if (!run || refusal !== undefined) return refuse(context, board, refusal);
  const page = renderConfirmPage({
    title: `Cancel ${formatTask(run.task, await board.paths())}?`,
    text: `${run.runId} is ${run.state} and ends for good. A runner at work on it stops within a minute.`,
    button: 'Cancel the run',
    action: `/runs/${run.runId}/cancel`,
    back: `/runs/${run.runId}`,
  });
  return context.html(page);
}

async function cancel(context: Context, board: Board): Promise<Response> {
  const run = await findNamedRun(context, board);
  if (!run) return refuse(context, board);
  const cancelled = await cancelRun(run, { storage: await board.storage(), clock: board.clock });
  if ('error' in cancelled) return refuse(context, board, cancelled.error);
  return context.redirect(`/runs/${run.runId}?did=${cancelled.stopped ? 'stopped' : 'cancelled'}`, 303);
}

function findNamedRun(context: Context, board: Board): Promise<RunRecord | undefined> {
  return findBoardRun(context.req.param('id') ?? '', board);
}

/** Without a sentence: there is no such run. */
function refuse(context: Context, { nameCommands }: Board, sentence?: string): Response | Promise<Response> {
  return sentence === undefined
    ? context.html(renderProblemPage('There is no such run; it may have been purged.'), 404)
    : context.html(renderProblemPage(nameCommands(sentence)), 409);
}
