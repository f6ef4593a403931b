import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

export interface ProgramRequest {
  /** One of the programs that need the Copilot runtime. */
  name: 'trial' | 'eval';
  /** Its standard input. */
  request: object;
  env: Readonly<Record<string, string | undefined>>;
  /** Given each line of its standard output, as it comes. */
  onLine: (line: string) => void;
}

/** How such a program ended. */
export interface ProgramEnding {
  code: number | null;
  stderr: string;
}

/** The programs that need the Copilot runtime, which a package of the command line alone does not have. */
export interface Programs {
  has: (name: ProgramRequest['name']) => boolean;
  start: typeof startProgram;
}

export const PROGRAMS: Programs = { has: (name) => findProgram(name) !== undefined, start: startProgram };

/**
 * Runs such a program in a process of its own. When the signal aborts it is told to end, and takes away what it made
 * before it does: this waits for it.
 * @throws {Error} where this installation has no such program.
 */
async function startProgram(
  { name, request, env, onLine }: ProgramRequest,
  signal: AbortSignal,
): Promise<ProgramEnding> {
  const program = findProgram(name);
  if (program === undefined) throw new Error(`There is no program ${name} beside the command line`);
  const child = spawn(process.execPath, [program], { env: { ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
  const end = () => child.kill('SIGTERM');
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  child.stdin.on('error', () => {}); // It ended before it read: its own words say why.
  child.stdin.end(JSON.stringify(request));
  const rest = splitLines(child.stdout, onLine);
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const code = await ended;
  if (rest() !== '') onLine(rest());
  signal.removeEventListener('abort', end);
  return { code, stderr: Buffer.concat(said).toString('utf8') };
}

/** Answers what has come since the last whole line. */
function splitLines(stream: ChildProcessWithoutNullStreams['stdout'], onLine: (line: string) => void): () => string {
  let rest = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  return () => rest;
}

/** Built beside the command line, or among the sources. */
function findProgram(name: ProgramRequest['name']): string | undefined {
  const places = [`../${name}/main.js`, `../../${name}/main.js`, `../../runner-container/${name}/main.ts`];
  return places.map((file) => path.resolve(import.meta.dirname, file)).find((file) => existsSync(file));
}
