import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type Listening, listen } from './listen.ts';

export interface ServerOptions {
  /** A free one unless given. */
  port?: number;
  /** PEM; with it the server speaks HTTPS. */
  tls?: { cert: string; key: string };
}

export interface RunningServer extends Listening {
  /** `http://127.0.0.1:<port>` */
  url: string;
}

/** Answers one request. It may also break the connection by `response.destroy()`, or never answer. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** Longer than any client keeps a connection: no request meets one that is being closed. */
const KEEP_ALIVE_MS = 60_000;

/**
 * Starts a server on 127.0.0.1. A handler that throws is a mistake of the sandbox: it is printed and answered with 500.
 */
export async function startServer(handle: Handler, { port, tls }: ServerOptions = {}): Promise<RunningServer> {
  const serve = (request: IncomingMessage, response: ServerResponse) => void answer(handle, request, response);
  const server = tls ? createHttpsServer(tls, serve) : createServer(serve);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const listening = await listen(server, port);
  return { ...listening, url: `${tls ? 'https' : 'http'}://127.0.0.1:${listening.port}` };
}

async function answer(handle: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await handle(request, response);
  } catch (error) {
    const reason = error instanceof Error ? error.stack : String(error);
    process.stderr.write(`sandbox: ${request.method} ${request.url} failed: ${reason}\n`);
    if (response.headersSent) response.destroy();
    else response.writeHead(500, { 'content-type': 'text/plain' }).end(`sandbox: ${String(error)}\n`);
  }
}
