import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { type MessageStream, startMessageStream } from './message-stream.ts';
import { decodeMessage, encodeMessage } from './protobuf.ts';

export interface WorkerOptions {
  /** The worker's program. */
  worker: string;
  /** The folder of a functions app, with host.json and package.json. */
  app: string;
  /** The whole environment. */
  env: Record<string, string>;
}

export interface WorkerRequest {
  /** The name of the function. */
  name: string;
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: Uint8Array;
}

export interface WorkerAnswer {
  status: string;
  text: string;
}

/** A Node.js worker with a functions app in it, as the host has one: every function is loaded. */
export interface FunctionsWorker {
  /** Gives a request to a function. @throws {Error} when the invocation fails. */
  invoke(request: WorkerRequest): Promise<WorkerAnswer>;
  /** Processor time of its process until now, in milliseconds. */
  cpuMs(): number;
  stop(): Promise<void>;
}

/** What the host asks of a worker: the fields of question and answer, and that of the result in the answer. */
const INIT = { request: 17, response: 16, result: 3 };
const METADATA = { request: 29, response: 30, result: 2 };
const LOAD = { request: 8, response: 9, result: 2 };
const INVOCATION = { request: 4, response: 5, result: 3 };
const START_STREAM = 20;
const TERMINATE = 14;

const MAX_MESSAGE_BYTES = 128 * 1024 * 1024;

/**
 * Starts a worker and does what the host does until it listens: the worker loads the app, says which functions there
 * are, and loads each. @throws {Error} with what the worker printed when it ends before that.
 */
export async function startWorker({ worker, app, env }: WorkerOptions): Promise<FunctionsWorker> {
  const waiting = createWaiting();
  const stream = await startMessageStream((bytes) => waiting.receive(decodeMessage(bytes)));
  const child = spawn(process.execPath, workerArguments(worker, stream.port), {
    cwd: app,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  let printed = '';
  for (const output of [child.stdout, child.stderr])
    output.on('data', (chunk: Buffer) => {
      printed = `${printed}${chunk.toString('utf8')}`.slice(-4000);
    });
  const exited = once(child, 'exit');
  const ended = exited.then(() => Promise.reject(new Error(`The worker ended:\n${printed}`)));
  ended.catch(() => undefined); // Heard by what waits for an answer, if anything does.
  const until = <T>(answer: Promise<T>) => Promise.race([answer, ended]);
  const ask = askThrough(stream, waiting);
  let triggers: Map<string, string>;
  try {
    await until(waiting.next(START_STREAM));
    await until(ask(INIT, initMessage(worker, app)));
    const listed = await until(ask(METADATA, encodeMessage([[1, app]])));
    triggers = await loadAll(listed, (message) => until(ask(LOAD, message)));
  } catch (error) {
    child.kill('SIGKILL');
    await stream.stop();
    throw error;
  }
  return {
    async invoke(request) {
      const trigger = triggers.get(request.name);
      if (trigger === undefined) throw new Error(`There is no function ${request.name}`);
      return until(invoke(request, { trigger, stream, waiting }));
    },
    cpuMs: () => readCpuMs(pid),
    async stop() {
      stream.send(encodeMessage([[TERMINATE, encodeMessage([])]]));
      const kill = setTimeout(() => child.kill('SIGKILL'), 5000);
      await exited;
      clearTimeout(kill);
      await stream.stop();
    },
  };
}

function workerArguments(worker: string, port: number): string[] {
  const values = {
    'functions-uri': `http://127.0.0.1:${port}`,
    'functions-worker-id': 'bench',
    'functions-request-id': 'start',
    'functions-grpc-max-message-length': `${MAX_MESSAGE_BYTES}`,
  };
  return [worker, ...Object.entries(values).flatMap(([name, value]) => [`--${name}`, value])];
}

type Message = ReturnType<typeof decodeMessage>;

/** What is awaited from the worker: the next message of a kind, or the response to an invocation. */
function createWaiting() {
  const kinds = new Map<number, (content: Buffer) => void>();
  const invocations = new Map<string, (response: Message) => void>();
  return {
    receive(message: Message): void {
      const response = message.get(INVOCATION.response)?.[0];
      if (response) {
        const decoded = decodeMessage(response);
        const id = textOf(decoded, 1);
        invocations.get(id)?.(decoded);
        invocations.delete(id);
        return;
      }
      for (const [kind, [content]] of message) if (content) kinds.get(kind)?.(content);
    },
    next: (kind: number) => new Promise<Buffer>((resolve) => kinds.set(kind, resolve)),
    answerTo: (id: string) => new Promise<Message>((resolve) => invocations.set(id, resolve)),
  };
}

type Waiting = ReturnType<typeof createWaiting>;

function askThrough(stream: MessageStream, waiting: Waiting) {
  return async ({ request, response, result }: typeof INIT, content: Uint8Array): Promise<Message> => {
    const answered = waiting.next(response);
    stream.send(
      encodeMessage([
        [1, randomUUID()],
        [request, content],
      ]),
    );
    const message = decodeMessage(await answered);
    throwFailure(message.get(result)?.[0]);
    return message;
  };
}

function initMessage(worker: string, app: string): Uint8Array {
  return encodeMessage([
    [1, '4.1046.100'],
    [4, path.resolve(path.dirname(worker), '../..')],
    [5, app],
  ]);
}

/** Loads every function that was listed and gives the names of their triggers by theirs. */
async function loadAll(listed: Message, load: (request: Uint8Array) => Promise<Message>): Promise<Map<string, string>> {
  const triggers = new Map<string, string>();
  for (const metadata of listed.get(1) ?? []) {
    const facts = decodeMessage(metadata);
    await load(
      encodeMessage([
        [1, textOf(facts, 13)],
        [2, metadata],
      ]),
    );
    const bindings = (facts.get(6) ?? []).map((entry) => decodeMessage(entry));
    const trigger = bindings.find((entry) => /Trigger$/.test(textOf(decodeMessage(entry.get(2)?.[0] ?? EMPTY), 2)));
    if (trigger) triggers.set(textOf(facts, 4), textOf(trigger, 1));
  }
  return triggers;
}

const EMPTY = Buffer.alloc(0);

async function invoke(
  request: WorkerRequest,
  { trigger, stream, waiting }: { trigger: string; stream: MessageStream; waiting: Waiting },
): Promise<WorkerAnswer> {
  const id = randomUUID();
  const answered = waiting.answerTo(id);
  const headers = Object.entries(request.headers ?? {});
  const http = encodeMessage([
    [1, request.method],
    [2, `http://localhost/api/${request.name}`],
    ...headers.map(
      ([name, value]) =>
        [
          20,
          encodeMessage([
            [1, name],
            [2, encodeMessage([[1, value]])],
          ]),
        ] as const,
    ),
    ...(request.body ? [[4, encodeMessage([[3, request.body]])] as const] : []),
  ]);
  const input = encodeMessage([
    [1, trigger],
    [2, encodeMessage([[5, http]])],
  ]);
  const invocation = encodeMessage([
    [1, id],
    [2, request.name],
    [3, input],
  ]);
  stream.send(
    encodeMessage([
      [1, randomUUID()],
      [INVOCATION.request, invocation],
    ]),
  );
  return readAnswer(await answered);
}

function readAnswer(response: Message): WorkerAnswer {
  throwFailure(response.get(INVOCATION.result)?.[0]);
  const data = response.get(4)?.[0] ?? decodeMessage(response.get(2)?.[0] ?? EMPTY).get(2)?.[0];
  const http = data && decodeMessage(data).get(5)?.[0];
  if (!http) throw new Error('The function gave no HTTP answer');
  const answer = decodeMessage(http);
  const [body] = [...decodeMessage(answer.get(4)?.[0] ?? EMPTY).values()];
  return { status: textOf(answer, 12), text: body?.[0]?.toString('utf8') ?? '' };
}

/** Only the result of what has failed has an exception. */
function throwFailure(result: Buffer | undefined): void {
  const exception = result && decodeMessage(result).get(2)?.[0];
  if (exception) throw new Error(textOf(decodeMessage(exception), 2));
}

function textOf(message: Message, field: number): string {
  return message.get(field)?.[0]?.toString('utf8') ?? '';
}

/** Of each of its threads: the kernel counts in nanoseconds there, and in hundredths of a second for the process. */
function readCpuMs(pid: number | undefined): number {
  const tasks = `/proc/${pid}/task`;
  const nanoseconds = readdirSync(tasks).map((thread) =>
    Number(readFileSync(`${tasks}/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6;
}
