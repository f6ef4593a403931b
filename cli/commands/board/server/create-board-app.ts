import { type Context, Hono } from 'hono';
import type { Secret } from '../../../../shared/kernel/secret.ts';
import { BOARD_SCRIPT } from '../page/board-script.generated.ts';
import { BOARD_ICON, BOARD_STYLE } from '../page/board-style.ts';
import { renderProblemPage } from '../page/problem-page.ts';
import type { Board } from '../read/board.ts';
import { addChangeRoutes } from './change-routes.ts';
import { describeProblem } from './describe-problem.ts';
import { type BoardExtension, extendMenu } from './extension.ts';
import { createGuard } from './guard.ts';
import { addRunRoutes } from './run-routes.ts';
import { securityHeaders } from './security-headers.ts';
import { addStateRoutes } from './state-routes.ts';

export interface BoardAppOptions {
  board: Board;
  token: Secret;
  /** The port it is served at. */
  port: number;
  /** Ends the streams. */
  ended: AbortSignal;
  /** Absent on the board of a deployment. */
  extension?: BoardExtension | undefined;
}

/** The board as a function from requests to answers. */
export function createBoardApp({ board, token, port, ended, extension }: BoardAppOptions): Hono {
  const app = new Hono();
  app.use(securityHeaders, createGuard({ token, port }));
  if (extension) app.use(extendMenu(extension.menu));
  app.get('/', (context) => context.redirect('/runs', 303));
  app.get('/board.js', (context) => asset(context, BOARD_SCRIPT, 'text/javascript'));
  app.get('/board.css', (context) => asset(context, BOARD_STYLE, 'text/css'));
  app.on('GET', ['/icon.svg', '/favicon.ico'], (context) => asset(context, BOARD_ICON, 'image/svg+xml'));
  addRunRoutes(app, board, ended);
  addChangeRoutes(app, board);
  addStateRoutes(app, board);
  extension?.addRoutes(app);
  app.notFound((context) => context.html(renderProblemPage('There is no such page.'), 404));
  app.onError((error, context) => answerError(error, context, board));
  return app;
}

function asset(context: Context, text: string, type: string): Response {
  return context.body(text, 200, { 'Content-Type': `${type}; charset=utf-8` });
}

function answerError(error: Error, context: Context, board: Board): Response | Promise<Response> {
  const { status, sentence, stack } = describeProblem(error, board);
  return context.html(renderProblemPage(sentence, stack), status);
}
