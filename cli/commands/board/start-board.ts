import { randomBytes } from 'node:crypto';
import { Secret } from '../../../shared/kernel/secret.ts';
import { type LoopbackServer, serveLoopback } from '../../io/serve-loopback.ts';
import { type BoardDeps, createBoard } from './read/board.ts';
import { type BoardAppOptions, createBoardApp } from './server/create-board-app.ts';

export interface RunningBoard {
  /** The address with the token in it. */
  url: string;
  close: LoopbackServer['close'];
}

/** Serves the board on 127.0.0.1 with a new token. Rejects with the system's own error where the port is taken. */
export async function startBoard(
  { extension, ended, ...deps }: BoardDeps & Pick<BoardAppOptions, 'ended' | 'extension'>,
  port?: number,
): Promise<RunningBoard> {
  const token = new Secret(randomBytes(24).toString('base64url'));
  const board = createBoard(deps);
  const server = await serveLoopback(
    (taken) => createBoardApp({ board, token, port: taken, ended, extension }).fetch,
    port,
  );
  return { url: `http://127.0.0.1:${server.port}/?token=${token.reveal()}`, close: server.close };
}
