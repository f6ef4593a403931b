import * as z from 'zod';
import { hasCode } from '../../../shared/kernel/has-code.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { openAddress } from '../../io/open-address.ts';
import { answer } from '../../output/answer.ts';
import { refuse } from '../../output/refuse.ts';
import { startBoard } from './start-board.ts';

export const BoardOptions = z.object({
  port: z.coerce
    .number('needs a number')
    .int('must be a whole number')
    .min(1024, 'must be at least 1024')
    .max(65535, 'must be at most 65535')
    .optional(),
  open: z.boolean().default(true),
  json: z.boolean().default(false),
});
export type BoardOptions = z.infer<typeof BoardOptions>;

/**
 * Serves the board until Ctrl-C, and opens it in the browser unless told otherwise. The address has a token in it:
 * without it the page shows nothing.
 */
export async function board(
  { port, open, json }: BoardOptions,
  io: CliIO,
  tools: Tools = createTools(io),
  openPage: (url: string) => void = openAddress,
): Promise<number> {
  // Settings that are missing are said here and not on the page.
  await tools.storage();
  const ended = io.interruption();
  const started = await tryToStart({ tools, io, port, ended });
  if (!started) return refuse({ error: `port ${port} is taken; without --port a free one is used`, json }, io);
  const { url } = started;
  const text = () => [`The board is at ${url}`, 'Ctrl-C ends it. The address opens it for this machine only.'];
  answer({ json, document: { url }, text }, io);
  if (open) openPage(url);
  await untilAborted(ended);
  await started.close();
  return 0;
}

async function tryToStart({
  tools,
  io,
  port,
  ended,
}: {
  tools: Tools;
  io: CliIO;
  port: number | undefined;
  ended: AbortSignal;
}) {
  try {
    return await startBoard({ tools, env: io.env, clock: io.clock, nameCommands: io.nameCommands, ended }, port);
  } catch (error) {
    if (hasCode(error, 'EADDRINUSE')) return undefined;
    throw error;
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
