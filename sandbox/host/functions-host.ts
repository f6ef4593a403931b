import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { Cron } from 'croner';

import type { FunctionEntry, HttpEntry, TimerEntry } from '../../functions/app/function-table.ts';
import { plainHeaders } from '../http/plain-headers.ts';
import { type Reply, sendReply } from '../http/send-reply.ts';
import { startServer } from '../http/start-server.ts';

export interface FunctionsHost {
  /** Without a trailing slash; functions are below `/api/`. */
  url: string;
  /** Runs a timer function now and resolves when it has ended, like the host's admin endpoint. */
  fire(name: string): Promise<void>;
  /** Ends timers, waits for running invocations, closes the port. */
  stop(): Promise<void>;
}

export interface FunctionsHostOptions {
  port?: number;
  /** False leaves timers to `fire` and `POST /admin/functions/<name>`. */
  timers?: boolean;
  log: (line: string) => void;
}

/**
 * Serves a function table as the Functions host would: HTTP below `/api/`, timers by schedule, never overlapping
 * themselves.
 */
export async function startFunctionsHost(
  table: FunctionEntry[],
  options: FunctionsHostOptions,
): Promise<FunctionsHost> {
  const invocations = new Set<Promise<unknown>>();
  const track = <T>(work: Promise<T>): Promise<T> => {
    const tracked = work.finally(() => invocations.delete(tracked));
    invocations.add(tracked);
    return tracked;
  };
  const timers = table.filter((entry): entry is TimerEntry => entry.trigger === 'timer');
  const fire = async (name: string) => {
    const entry = timers.flatMap((timer) => [timer, ...(timer.parts ?? [])]).find((timer) => timer.name === name);
    if (!entry) throw new Error(`There is no timer function named "${name}"`);
    await track(invokeTimer(entry, options));
  };

  const server = await startServer(
    (request, response) => track(answer(request, response, table, fire, options)),
    options,
  );
  const schedules = options.timers === false ? [] : timers.map((entry) => schedule(entry, fire, options));

  return {
    url: server.url,
    fire,
    async stop() {
      for (const job of schedules) job.stop();
      await Promise.allSettled([...invocations]);
      await server.close();
    },
  };
}

function schedule(entry: TimerEntry, fire: (name: string) => Promise<void>, { log }: FunctionsHostOptions): Cron {
  // `protect` skips a tick while the last one still runs, as the host's own timer does.
  return new Cron(entry.schedule, { timezone: 'UTC', protect: true }, async () => {
    await fire(entry.name).catch((error: unknown) => log(`timer ${entry.name} failed: ${String(error)}`));
  });
}

async function invokeTimer(entry: TimerEntry, options: FunctionsHostOptions): Promise<void> {
  const now = new Date().toISOString();
  await entry.handler(
    {
      isPastDue: false,
      schedule: { adjustForDST: false },
      scheduleStatus: { last: now, next: now, lastUpdated: now },
    },
    createContext(entry.name, options),
  );
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  table: FunctionEntry[],
  fire: (name: string) => Promise<void>,
  options: FunctionsHostOptions,
): Promise<void> {
  try {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? '127.0.0.1'}`);
    const admin = /^\/admin\/functions\/([\w-]+)$/.exec(url.pathname)?.[1];
    if (admin && request.method === 'POST') {
      await fire(admin);
      response.writeHead(202).end();
      return;
    }
    const entry = table.find((candidate): candidate is HttpEntry => matches(candidate, url, request.method ?? 'GET'));
    if (!entry) {
      response.writeHead(404).end();
      return;
    }
    const body = await buffer(request);
    const result = await entry.handler(toHttpRequest(request, url, body), createContext(entry.name, options));
    // The table's handlers answer with a plain init object.
    sendReply(response, toReply((result ?? {}) as HttpResponseInit));
  } catch (error) {
    options.log(
      `request ${request.method} ${request.url} failed: ${error instanceof Error ? error.stack : String(error)}`,
    );
    if (!response.headersSent) response.writeHead(500);
    response.end();
  }
}

function matches(entry: FunctionEntry, url: URL, method: string): boolean {
  return (
    entry.trigger === 'http' &&
    url.pathname === `/api/${entry.route}` &&
    entry.methods.some((allowed) => allowed === method)
  );
}

function toHttpRequest(request: IncomingMessage, url: URL, body: Buffer): HttpRequest {
  return new HttpRequest({
    method: request.method ?? 'GET',
    url: url.href,
    headers: plainHeaders(request.headers),
    query: Object.fromEntries(url.searchParams),
    ...(body.length > 0 ? { body: { bytes: body } } : {}),
  });
}

function toReply({ status = 200, headers, jsonBody, body }: HttpResponseInit): Reply {
  const fields = new Headers(headers as Record<string, string> | undefined); // the table's handlers give a plain record
  const text = body === undefined || body === null ? undefined : String(body);
  return { status, headers: Object.fromEntries(fields), body: jsonBody === undefined ? text : jsonBody };
}

function createContext(functionName: string, { log }: FunctionsHostOptions): InvocationContext {
  return new InvocationContext({
    functionName,
    invocationId: randomUUID(),
    logHandler: (level, ...args) => log(`${level} ${args.map(String).join(' ')}`),
  });
}
