import type { Context } from 'hono';
import { raw } from 'hono/html';
import { type Html, renderFailure } from '../page/layout.ts';
import type { Board } from '../read/board.ts';
import { describeProblem } from './describe-problem.ts';

/** Where the rest of a page goes. Escaped texts cannot hold it. */
const REST = '<!-- rest of the page -->';

export interface StreamedPage {
  /** The page around its rest, which costs nothing to make. */
  around(rest: Html): Html;
  /** Reads and renders what the page is about. */
  rest(): Promise<Html>;
}

/**
 * Answers with the beginning of a page at once, so that the browser paints it, and with the rest when it was read. What
 * fails by then is said in the place of the rest.
 */
export function streamPage(
  context: Context,
  { around, rest }: StreamedPage,
  board: Pick<Board, 'nameCommands'>,
): Response {
  const [before = '', after = ''] = String(around(raw(REST))).split(REST);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(encoder.encode(before));
      const shown = await rest().catch((error: unknown) => {
        const { sentence, stack } = describeProblem(error, board);
        return renderFailure(sentence, stack);
      });
      controller.enqueue(encoder.encode(`${shown}${after}`));
      controller.close();
    },
  });
  return context.body(body, 200, { 'Content-Type': 'text/html; charset=UTF-8' });
}
