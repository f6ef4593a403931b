import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

import { chooseStep, findScenario } from './choose-step.ts';
import { type Answer, toAnswer, toChunks, toCompletion } from './completion.ts';
import { ChatRequest, countAnswers } from './conversation.ts';
import { Scenario } from './scenario.ts';

export interface ScriptedModelOptions {
  /** The first that fits a conversation is played. */
  scenarios: z.input<typeof Scenario>[];
  /** When given, calls with another key get a 401. */
  apiKey?: string;
  port?: number;
  /** Called when a call arrives; it is answered when the promise resolves. */
  onRequest?: (request: RecordedRequest) => void | Promise<void>;
}

export interface RecordedRequest {
  path: string;
  /** The key is left out. */
  headers: Record<string, string>;
  /** As it arrived. */
  body: string;
  scenario: string | undefined;
}

export interface ScriptedModel {
  /** Base URL with its version, for `COPILOT_PROVIDER_BASE_URL`. */
  url: string;
  /** Every call so far, oldest first. */
  requests: RecordedRequest[];
  /** Replaces the scenarios while it runs. */
  play(scenarios: z.input<typeof Scenario>[]): void;
  /** Calls from now on are taken and recorded, and answered only after the returned function was called. */
  pause(): () => void;
  stop(): Promise<void>;
}

interface Stage {
  scenarios: Scenario[];
  apiKey: string | undefined;
  onRequest: ScriptedModelOptions['onRequest'];
  requests: RecordedRequest[];
  /** Calls that were answered with a failure, by scenario. */
  failed: Map<string, number>;
  /** Resolved unless a pause is on. */
  running: Promise<void>;
}

/**
 * Starts an OpenAI-compatible model endpoint on this machine whose answers are read from scenarios: it looks at files, edits
 * them, runs commands and hands in results, or misbehaves, always in the same way.
 */
export async function startScriptedModel({
  scenarios,
  apiKey,
  port = 0,
  onRequest,
}: ScriptedModelOptions): Promise<ScriptedModel> {
  const stage: Stage = {
    scenarios: parseScenarios(scenarios),
    apiKey,
    onRequest,
    requests: [],
    failed: new Map(),
    running: Promise.resolve(),
  };
  const server = createServer((request, response) => {
    answer(stage, request, response).catch((error: unknown) => {
      process.stderr.write(`scripted model: ${String(error)}\n`);
      if (response.headersSent) response.destroy();
      else sendError(response, 500, String(error));
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const { port: chosen } = server.address() as AddressInfo; // a TCP server that listens has one

  return {
    url: `http://127.0.0.1:${chosen}/v1`,
    requests: stage.requests,
    play(next) {
      stage.scenarios = parseScenarios(next);
      stage.failed.clear();
    },
    pause() {
      const { promise, resolve } = Promise.withResolvers<void>();
      stage.running = promise;
      return resolve;
    },
    stop: () => close(server),
  };
}

function parseScenarios(scenarios: z.input<typeof Scenario>[]): Scenario[] {
  return z.array(Scenario).parse(scenarios);
}

async function answer(stage: Stage, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const record: RecordedRequest = {
    path: request.url ?? '',
    headers: publicHeaders(request),
    body,
    scenario: undefined,
  };
  stage.requests.push(record);
  await stage.onRequest?.(record);

  if (!record.path.split('?', 1)[0]?.endsWith('/chat/completions')) return sendError(response, 404, 'no such route');
  if (!hasKey(request, stage.apiKey)) return sendError(response, 401, 'invalid key');
  const chat = ChatRequest.parse(JSON.parse(body));
  const scenario = findScenario(stage.scenarios, chat);
  if (!scenario) return sendError(response, 400, 'no scenario fits this conversation');
  record.scenario = scenario.name;
  await stage.running;

  if (scenario.fail && count(stage, scenario.name) < scenario.fail.times) {
    stage.failed.set(scenario.name, count(stage, scenario.name) + 1);
    return sendError(response, scenario.fail.status, 'failure on demand', scenario.fail.retryAfterSeconds);
  }
  play(scenario, chat, response);
}

function play(scenario: Scenario, chat: ChatRequest, response: ServerResponse): void {
  const step = chooseStep(scenario, chat);
  if ('misbehave' in step) misbehave(step.misbehave, response);
  else
    send(
      toAnswer(step, (index) => `call_${countAnswers(chat)}_${index}`),
      scenario,
      chat,
      response,
    );
}

function send(answer: Answer, { usage }: Scenario, chat: ChatRequest, response: ServerResponse): void {
  if (chat.stream) {
    openStream(response);
    for (const chunk of toChunks(answer, chat, usage)) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    response.end('data: [DONE]\n\n');
  } else {
    sendJson(response, 200, toCompletion(answer, chat, usage));
  }
}

type Misbehaviour = Extract<ReturnType<typeof chooseStep>, { misbehave: unknown }>['misbehave'];

function misbehave(kind: Misbehaviour, response: ServerResponse): void {
  switch (kind) {
    case 'silent':
      return;
    case 'stall':
      openStream(response);
      response.write(
        'data: {"id":"x","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"I"}}]}\n\n',
      );
      return;
    case 'malformed':
      openStream(response);
      response.end('<html>not what you asked for</html>\ndata: {"choices": [}\n\n');
      return;
    case 'hang-up':
      response.destroy();
      return;
    case 'empty':
      sendJson(response, 200, {});
  }
}

function count(stage: Stage, name: string): number {
  return stage.failed.get(name) ?? 0;
}

function publicHeaders({ headers }: IncomingMessage): Record<string, string> {
  const secret = new Set(['authorization', 'api-key', 'x-api-key']);
  const entries = Object.entries(headers).filter(([name]) => !secret.has(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

function hasKey({ headers }: IncomingMessage, key: string | undefined): boolean {
  return key === undefined || headers.authorization === `Bearer ${key}` || headers['api-key'] === key;
}

function openStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
}

function sendError(response: ServerResponse, status: number, message: string, retryAfterSeconds?: number): void {
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', String(retryAfterSeconds));
  sendJson(response, status, { error: { message, type: 'scripted' } });
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
