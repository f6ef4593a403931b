import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** Answers one request; its signal aborts when the client is gone. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;

export interface LoopbackServer {
  port: number;
  /** Cuts what is open, and resolves when the port is free again. */
  close(): Promise<void>;
}

/** Forms of a local page are small. */
const MAX_BODY_BYTES = 64 * 1024;

/**
 * Serves a handler on 127.0.0.1, on a free port unless one is given. Rejects with the system's own error where the port
 * cannot be had.
 */
export async function serveLoopback(
  createHandler: (port: number) => FetchHandler,
  wanted?: number,
): Promise<LoopbackServer> {
  let handle: FetchHandler | undefined;
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing, handle));
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(wanted ?? 0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address) resolve(address.port);
    });
  });
  handle = createHandler(port);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse, handle: FetchHandler | undefined) {
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  try {
    const request = await toRequest(incoming, gone.signal);
    const response = request && (await handle?.(request));
    if (response) await send(response, outgoing, gone.signal);
    else outgoing.writeHead(400).end();
  } catch {
    // What a handler does not catch is a mistake in it; the person sees that the page does not come.
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(500).end();
  }
}

/** `undefined` for what is no request of a browser: no host, no address, a body too large. */
async function toRequest(incoming: IncomingMessage, signal: AbortSignal): Promise<Request | undefined> {
  const { method = 'GET', url = '', headers } = incoming;
  const address = URL.parse(`http://${headers.host}${url}`);
  if (!headers.host || !url.startsWith('/') || !address) return undefined;
  const plain = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  if (method === 'GET' || method === 'HEAD') return new Request(address, { method, headers: plain, signal });
  const body = await readBody(incoming);
  return body === undefined ? undefined : new Request(address, { method, headers: plain, body, signal });
}

async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function send(response: Response, outgoing: ServerResponse, gone: AbortSignal): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  const reader = response.body?.getReader();
  if (!reader) return void outgoing.end();
  gone.addEventListener('abort', () => void reader.cancel().catch(() => {}));
  for (;;) {
    const { done, value } = await reader.read();
    if (done || gone.aborted) break;
    outgoing.write(value);
  }
  outgoing.end();
}
