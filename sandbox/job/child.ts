import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** Where Node keeps compiled modules: a program started again from its sources needs half the processor time. */
export const COMPILE_CACHE = path.resolve(import.meta.dirname, '../../node_modules/.cache/cmap-compile');

export interface Child {
  pid: number;
  /** Resolves when the process has ended and its output was read. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): void;
}

export interface ChildOptions {
  entry: string;
  args?: string[];
  /** The whole environment of the child; nothing is inherited but `PATH`. */
  env: Record<string, string>;
  /** That of the caller unless given. */
  cwd?: string;
  onLine: (line: string, stream: 'stdout' | 'stderr') => void;
}

/** Starts one of our programs as a real process under the Node that runs us. */
export function startChild({ entry, args = [], env, cwd, onLine }: ChildOptions): Child {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, ...args], {
    env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid === undefined) throw new Error(`Could not start ${entry}`);
  const read = [readLines(child, 'stdout', onLine), readLines(child, 'stderr', onLine)];
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return {
    pid: child.pid,
    exited: exited.then(async (ending) => {
      await Promise.all(read);
      return ending;
    }),
    kill: (signal) => void child.kill(signal),
  };
}

async function readLines(
  child: ChildProcess,
  stream: 'stdout' | 'stderr',
  onLine: ChildOptions['onLine'],
): Promise<void> {
  const input = child[stream];
  if (!input) return;
  for await (const line of createInterface({ input })) onLine(line, stream);
}
