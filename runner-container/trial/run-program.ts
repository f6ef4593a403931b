import { parseJson } from '../../shared/kernel/parse-json.ts';

export interface ProgramTools {
  /** One JSON document on a line of standard output. */
  print(document: object): void;
  environment: NodeJS.ProcessEnv;
}

/**
 * Runs `work` as a program: its request is read from standard input, what it prints goes to standard output, and why it
 * could not be done to standard error. Signals abort `work`, which takes away what it made; a second one changes
 * nothing, because a process that ended halfway would leave its agent behind.
 */
export async function runProgram(
  process: Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'env' | 'on' | 'exitCode'>,
  work: (request: unknown, tools: ProgramTools, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const end = () => stop.abort(new Error('it was ended before it was through'));
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, end);
  // The one who reads is gone.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', end);
  const print = (document: object) => void process.stdout.write(`${JSON.stringify(document)}\n`);
  try {
    const request = parseJson(await readAll(process.stdin));
    await work(request, { print, environment: process.env }, stop.signal);
  } catch (error) {
    const said = stop.signal.aborted ? stop.signal.reason : error;
    process.stderr.write(`${said instanceof Error ? said.message : String(said)}\n`);
    process.exitCode = 1;
  }
}

async function readAll(stream: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
