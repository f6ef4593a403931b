import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { startServer } from '../../http/start-server.ts';

export const MODEL_FAULTS = ['rate-limited', 'broken', 'unavailable', 'garbage', 'hang-up', 'silent', 'slow'] as const;
type ModelFault = (typeof MODEL_FAULTS)[number];

/** A proxy in front of the model endpoint that misbehaves on demand. */
export interface ModelTrouble {
  /** For `COPILOT_PROVIDER_BASE_URL`. */
  url: string;
  /** Where calls go; until it is known they wait. */
  setTarget(url: string): void;
  /** The next `times` calls end like this. */
  add(fault: ModelFault, times: number): void;
  clear(): void;
  stop(): Promise<void>;
}

const SLOW_MS = 2500;

export async function startModelTrouble(): Promise<ModelTrouble> {
  const target = Promise.withResolvers<string>();
  let pending: ModelFault[] = [];
  const server = await startServer((request, response) =>
    answer(request, response, target.promise, pending.shift()).catch(() => void response.destroy()),
  );
  return {
    url: `${server.url}/v1`,
    setTarget: (url) => target.resolve(url),
    add(fault, times) {
      for (let time = 0; time < times; time += 1) pending.push(fault);
    },
    clear() {
      pending = [];
    },
    stop: server.close,
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  target: Promise<string>,
  fault: ModelFault | undefined,
): Promise<void> {
  const body = await buffer(request);
  switch (fault) {
    case 'rate-limited':
      return void response.writeHead(429, { 'retry-after': '1' }).end('{"error":{"message":"slow down"}}');
    case 'broken':
      return void response.writeHead(500).end('oops');
    case 'unavailable':
      return void response.writeHead(503).end();
    case 'garbage':
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please sign in</html>');
    case 'hang-up':
      return void request.socket.destroy();
    case 'silent':
      return; // The caller has to give up.
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
      return passOn(request, response, await target, body);
    case undefined:
      return passOn(request, response, await target, body);
  }
}

async function passOn(request: IncomingMessage, response: ServerResponse, target: string, body: Buffer): Promise<void> {
  const path = (request.url ?? '').replace(/^\/v1/, '');
  const answered = await fetch(`${target}${path}`, {
    method: request.method ?? 'POST',
    headers: {
      'content-type': request.headers['content-type'] ?? 'application/json',
      ...(request.headers.authorization ? { authorization: request.headers.authorization } : {}),
    },
    body: new Uint8Array(body),
  });
  const type = answered.headers.get('content-type') ?? 'application/json';
  response.writeHead(answered.status, { 'content-type': type }).end(Buffer.from(await answered.arrayBuffer()));
}
