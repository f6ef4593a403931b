import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';

import { plainHeaders } from '../http/plain-headers.ts';
import { sendReply } from '../http/send-reply.ts';
import { startServer } from '../http/start-server.ts';
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

const SECRET_HEADERS = ['authorization', 'api-key', 'x-api-key'];

/**
 * Starts an OpenAI-compatible model endpoint on this machine whose answers are read from scenarios: it looks at files,
 * edits them, runs commands and hands in results, or misbehaves, always in the same way.
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
  const server = await startServer((request, response) => answer(stage, request, response), { port });

  return {
    url: `${server.url}/v1`,
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
    stop: server.close,
  };
}

function parseScenarios(scenarios: z.input<typeof Scenario>[]): Scenario[] {
  return z.array(Scenario).parse(scenarios);
}

async function answer(stage: Stage, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const record: RecordedRequest = {
    path: request.url ?? '',
    headers: plainHeaders(request.headers, SECRET_HEADERS),
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

  if (!scenario.takesImages && body.includes('"type":"image_url"'))
    return sendError(response, 400, 'this model takes no images');
  if (scenario.fail && count(stage, scenario.name) < scenario.fail.times) {
    stage.failed.set(scenario.name, count(stage, scenario.name) + 1);
    const { status, message = 'failure on demand', retryAfterSeconds } = scenario.fail;
    return sendError(response, status, message, retryAfterSeconds);
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
    sendReply(response, { status: 200, body: toCompletion(answer, chat, usage) });
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
      sendReply(response, { status: 200, body: {} });
  }
}

function count(stage: Stage, name: string): number {
  return stage.failed.get(name) ?? 0;
}

function hasKey({ headers }: IncomingMessage, key: string | undefined): boolean {
  return key === undefined || headers.authorization === `Bearer ${key}` || headers['api-key'] === key;
}

function openStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
}

function sendError(response: ServerResponse, status: number, message: string, retryAfterSeconds?: number): void {
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  sendReply(response, { status, headers, body: { error: { message, type: 'scripted' } } });
}
