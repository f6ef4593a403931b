import { Agent, createServer, type IncomingHttpHeaders } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { duplexPair } from 'node:stream';
import { text } from 'node:stream/consumers';
import { onTestFinished, vi } from 'vitest';

import type { StorageAccount } from '../../shared/adapters/storage/account/account.ts';

export interface HttpCall {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface HttpAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** A storage account whose services are reached at `http://<service>.test/a`. */
export const MEMORY_ACCOUNT: StorageAccount = {
  connectionString: [
    'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5',
    ...['Blob', 'Queue', 'Table'].map((service) => `${service}Endpoint=http://${service.toLowerCase()}.test/a`),
  ].join(';'),
};

/** An account that is reached with an identity, at `https://acme.<service>.core.windows.net`. */
export const IDENTITY_ACCOUNT: StorageAccount = {
  accountName: 'acme',
  credential: { getToken: async () => ({ token: 'a-token', expiresOnTimestamp: Date.UTC(2100) }) },
};

/** What the blob service answers to the two requests by which a blob is read. */
export function sendBlob({ method }: HttpCall, text: string): HttpAnswer {
  return { status: method === 'HEAD' ? 200 : 206, headers: { etag: '"1"' }, body: text };
}

/** What the queue and blob services answer to what they do not do. */
export function refuseInXml(status: number, code: string): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/xml', 'x-ms-error-code': code },
    body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>No.</Message></Error>`,
  };
}

/** Longer waits are limits, which end only where there is silence. */
const LONGEST_PAUSE_MS = 10_000;

/**
 * Until the test ends, every HTTP request of this process is answered here, over a connection in memory: the clients of
 * the libraries are real and no port is opened. Pauses end at once; where the answer is silence, so do limits.
 * @returns the calls so far, and the pauses and limits in milliseconds that were set.
 */
export function answerHttp(answer: (call: HttpCall, index: number) => HttpAnswer | 'silence'): {
  calls: HttpCall[];
  pauses: number[];
  limits: number[];
} {
  const calls: HttpCall[] = [];
  const pauses: number[] = [];
  const limits: number[] = [];
  const endLimits: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    const call = {
      method: request.method ?? '',
      url: new URL(request.url ?? '/', `http://${request.headers.host}`),
      headers: request.headers,
      body: await text(request),
    };
    calls.push(call);
    const given = answer(call, calls.length - 1);
    if (given === 'silence') {
      for (const end of endLimits) end();
      return;
    }
    const { status, headers = {}, body = '' } = given;
    // The agent of a library outlives the test, and may keep no connection to this server.
    const length = { 'content-length': Buffer.byteLength(body) };
    response.writeHead(status, { ...length, ...headers, connection: 'close' }).end(body);
  });
  const connect = () => {
    const [ours, theirs] = duplexPair();
    server.emit('connection', theirs);
    return ours;
  };
  const { setTimeout } = globalThis;
  const spies = [
    vi.spyOn(Agent.prototype, 'createConnection').mockImplementation(connect),
    vi.spyOn(TlsAgent.prototype, 'createConnection').mockImplementation(connect),
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((work: () => void, ms = 0) => {
      if (ms < LONGEST_PAUSE_MS) {
        pauses.push(ms);
        return setTimeout(work, 0);
      }
      limits.push(ms);
      endLimits.push(work);
      return setTimeout(work, ms).unref();
    }) as typeof setTimeout),
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      limits.push(ms);
      const limit = new AbortController();
      endLimits.push(() => limit.abort(new DOMException('The operation timed out.', 'TimeoutError')));
      return limit.signal;
    }),
  ];
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  return { calls, pauses, limits };
}
