import { type ChildProcess, spawn } from 'node:child_process';

import type { Facts } from './facts.ts';

export interface Outcome {
  /** 127 when there is no such program. */
  code: number;
  stdout: string;
  stderr: string;
}

/** What a deployment needs of its environment: programs, files, the network and the person. */
export interface DeployTools {
  /** Runs a program at the root of the repository and gives what it printed. */
  capture(command: readonly string[], environment?: Record<string, string>): Promise<Outcome>;
  /** Runs it before the eyes of a person, who may answer it. Gives the exit code. */
  show(command: readonly string[], environment?: Record<string, string>): Promise<number>;
  /** A secret from a person, not shown; `undefined` where there is no person to ask. */
  askSecret(question: string): Promise<string | undefined>;
  request(
    method: 'GET' | 'POST',
    url: string,
    headers: Record<string, string>,
  ): Promise<{ status: number; text: string }>;
  sleep(milliseconds: number): Promise<void>;
  print(line: string): void;
  root: string;
  facts: Facts;
}

interface ProcessOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  stdio: 'pipe' | 'inherit';
}

/** Runs a program. Only `az` on Windows, which is a command file there, is started by a shell. */
export function runProcess(command: readonly string[], options: ProcessOptions): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = startProgram(command, options);
    const chunks = { stdout: '', stderr: '' };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      chunks.stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      chunks.stderr += text;
    });
    child.on('error', (error) => resolve({ code: 127, stdout: '', stderr: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, ...chunks }));
  });
}

function startProgram(command: readonly string[], options: ProcessOptions): ChildProcess {
  const [program = '', ...args] = command;
  if (process.platform !== 'win32' || program !== 'az') return spawn(program, args, options);
  return spawn(quoteForWindows(command), { ...options, shell: true });
}

/** A line for the command shell of Windows: each argument stays one, also with spaces and `&` in it. */
export function quoteForWindows(command: readonly string[]): string {
  return command.map((part) => (/^[\w.:/=-]+$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`)).join(' ');
}
