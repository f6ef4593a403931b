import { type ChildProcess, fork } from 'node:child_process';
import { devNull } from 'node:os';
import path from 'node:path';
import type { GitAnswer, GitRequest } from './git-helper.ts';

export interface GitRun {
  args: string[];
  /** The directory git runs in. */
  directory: string;
  input?: Buffer | string;
  env?: Record<string, string>;
}

/** A git command that ended with another code than 0. */
export class GitError extends Error {
  override readonly name = 'GitError';
  readonly exitCode: number | null;

  constructor(args: string[], exitCode: number | null, stderr: string) {
    super(`git ${args.join(' ')} ended with ${exitCode}: ${stderr.trim()}`);
    this.exitCode = exitCode;
  }
}

/** Runs git without any configuration of the machine and resolves its output. @throws {GitError} */
export async function runGit({ args, directory, input, env }: GitRun): Promise<Buffer> {
  const answer = await ask({
    args,
    directory,
    input: Buffer.from(input ?? ''),
    env: { ...gitEnvironment(), ...env },
  });
  if (answer.failure !== undefined) throw new Error(`git ${args.join(' ')} did not start: ${answer.failure}`);
  if (answer.exitCode !== 0) throw new GitError(args, answer.exitCode, Buffer.from(answer.stderr).toString());
  return Buffer.from(answer.stdout.buffer, answer.stdout.byteOffset, answer.stdout.byteLength);
}

let helper: ChildProcess | undefined;
let lastId = 0;
const waiting = new Map<number, (answer: GitAnswer) => void>();

function ask(request: Omit<GitRequest, 'id'>): Promise<GitAnswer> {
  helper ??= startHelper();
  lastId += 1;
  const id = lastId;
  const { promise, resolve } = Promise.withResolvers<GitAnswer>();
  waiting.set(id, resolve);
  helper.channel?.ref();
  helper.send({ ...request, id });
  return promise;
}

/**
 * See git-helper.ts. It keeps this process alive only while something is asked, and is started again when it was
 * killed.
 */
function startHelper(): ChildProcess {
  const child = fork(path.join(import.meta.dirname, 'git-helper.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
  });
  child.on('message', (answer: GitAnswer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
    if (waiting.size === 0) child.channel?.unref();
  });
  const giveUp = (failure: string) => {
    if (helper !== child) return;
    helper = undefined;
    const nothing = new Uint8Array();
    for (const [id, resolve] of waiting) resolve({ id, exitCode: null, stdout: nothing, stderr: nothing, failure });
    waiting.clear();
  };
  child.once('exit', () => giveUp('the process that starts git ended'));
  child.once('error', (error) => giveUp(error.message));
  child.unref();
  return child;
}

/** What every git process of the sandbox sees of the machine it runs on. */
export function gitEnvironment(): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    ...(process.env['SystemRoot'] ? { SystemRoot: process.env['SystemRoot'] } : {}),
    HOME: devNull,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
}
