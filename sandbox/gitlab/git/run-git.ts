import { spawn } from 'node:child_process';
import { devNull } from 'node:os';

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
  const child = spawn('git', args, { cwd: directory, env: { ...gitEnvironment(), ...env } });
  const output: Buffer[] = [];
  const complaints: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  child.stdin.on('error', () => {}); // It may end without reading everything; its exit code decides.
  child.stdin.end(input ?? '');
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  child.once('close', resolve);
  const exitCode = await promise;
  if (exitCode !== 0) throw new GitError(args, exitCode, Buffer.concat(complaints).toString());
  return Buffer.concat(output);
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
