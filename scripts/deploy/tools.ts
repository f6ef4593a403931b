import { spawn } from 'node:child_process';

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

/** Runs a program; nothing is passed through a shell. */
export function runProcess(
  [program = '', ...args]: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; stdio: 'pipe' | 'inherit' },
): Promise<Outcome> {
  return new Promise((resolve) => {
    // On Windows az is a command file, which only a shell starts.
    const shell = process.platform === 'win32' && program !== process.execPath;
    const child = spawn(program, args, { ...options, shell });
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
