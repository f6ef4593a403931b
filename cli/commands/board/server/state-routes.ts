import type { Context, Hono } from 'hono';
import { TaskError } from '../../../../shared/kernel/errors.ts';
import { UsageError } from '../../../arguments/usage-error.ts';
import { describeFailure } from '../../../output/describe-error.ts';
import { readAudits } from '../../audit/read-audits.ts';
import { explainSubject } from '../../explain/explain-subject.ts';
import { renderAuditsPage } from '../page/audits-page.ts';
import { renderBindingsPage } from '../page/bindings-page.ts';
import { renderCostPage } from '../page/cost-page.ts';
import { renderQueuePage } from '../page/queue-page.ts';
import { renderSkipsPage, type SkipsView } from '../page/skips-page.ts';
import type { Board } from '../read/board.ts';
import { readBindings } from '../read/read-bindings.ts';
import { readBudgets } from '../read/read-budgets.ts';
import { listMonths, readMonth, readMonthCost } from '../read/read-cost.ts';
import { readMonthBudgets } from '../read/read-month-budgets.ts';
import { readNames } from '../read/read-names.ts';
import { readQueue } from '../read/read-queue.ts';
import { readProjectSkips } from '../read/read-skips.ts';

const MONTHS = 6;
const MOST_AUDITS = 50;

/** The pages beside the runs: what stands where, why nothing happened, what it cost. */
export function addStateRoutes(app: Hono, board: Board): void {
  const { clock } = board;
  app.get('/queue', async (context) => context.html(renderQueuePage(await readQueue(board), board)));
  app.get('/bindings', async (context) => context.html(renderBindingsPage(await readBindings(board), clock.now())));
  app.get('/skips', (context) => showSkips(context, board));
  app.get('/cost', (context) => showCost(context, board));
  app.get('/audits', (context) => showAudits(context, board));
}

async function showSkips(context: Context, board: Board): Promise<Response> {
  const text = (context.req.query('about') ?? '').trim();
  const { nameCommands } = board;
  const now = board.clock.now();
  if (text === '')
    return context.html(renderSkipsPage({ text, ofProjects: await readProjectSkips(board), now, nameCommands }));
  const found = await tryToExplain(text, board);
  return context.html(
    renderSkipsPage({ text, ofProjects: [], now, nameCommands, ...found }),
    found.problem === undefined ? 200 : 400,
  );
}

async function tryToExplain(text: string, board: Board): Promise<Pick<SkipsView, 'found' | 'problem'>> {
  try {
    const explanation = await explainSubject(text, board.tools, board);
    return { found: { explanation, names: await readNames(explanation.facts.runs, board) } };
  } catch (error) {
    if (error instanceof UsageError) return { problem: board.nameCommands(error.message) };
    if (error instanceof TaskError && error.code !== 'unexpected')
      return { problem: board.nameCommands(describeFailure(error)) };
    throw error;
  }
}

async function showCost(context: Context, board: Board): Promise<Response> {
  const now = board.clock.now();
  const month = readMonth(context.req.query('month'), now);
  const months = listMonths(now, MONTHS);
  const isNow = month === months[0];
  const [cost, budgets, monthBudgets] = await Promise.all([
    board.keep(`cost ${month}`, () => readMonthCost(month, board)),
    isNow ? readBudgets(board) : undefined,
    isNow ? readMonthBudgets(board) : undefined,
  ]);
  return context.html(renderCostPage(cost, { months, budgets, monthBudgets, now, nameCommands: board.nameCommands }));
}

async function showAudits(context: Context, board: Board): Promise<Response> {
  const now = board.clock.now();
  return context.html(
    renderAuditsPage(
      await readAudits(await board.tools.archive(), { limit: MOST_AUDITS, now }),
      now,
      board.nameCommands,
    ),
  );
}
