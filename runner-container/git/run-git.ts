import { MINUTE } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { type ProcessReport, runProcess } from '../process/run-process.ts';
import type { Git, Remote, Repository } from './git.ts';
import { buildGitEnvironment, type GitPlace } from './git-environment.ts';
import { hideCredential } from './hide-credential.ts';

export interface GitOptions extends GitPlace {
  cwd?: string | undefined;
  /** Given for commands that connect to it: brings the credential. */
  remote?: Remote | undefined;
  /** 60 seconds unless given. */
  timeoutMs?: number | undefined;
  /** Standard output beyond this ends git. 64 MB unless given. */
  maxOutputBytes?: number | undefined;
  /** Take what fits instead of failing when there is more output. */
  truncate?: boolean;
  input?: string | Buffer | undefined;
  /** Exit codes that are answers rather than failures. `[0]` unless given. */
  exitCodes?: readonly number[];
  environment?: Readonly<Record<string, string>>;
  /** The program that starts git, as another user, with its arguments. */
  prefix?: readonly string[];
}

export interface GitOutput {
  exitCode: number;
  stdout: Buffer;
  truncated: boolean;
  /** Its first 8 kB, without the credential and without half a word. */
  stderr: string;
}

const GIT_TIMEOUT_MS = 1 * MINUTE;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const MAX_ERROR_BYTES = 8 * 1024;
/** Kept beyond it until the credential is masked: half of it would not be recognized. */
const LONGEST_SECRET_BYTES = 8 * 1024;

/**
 * Runs one git command with nothing inherited and nothing from the repository able to start a program.
 * @throws {TaskError} `git-timed-out`; `git-failed` for any other ending than an expected exit code, with git's last
 * words as `detail`. Throws the signal's reason when aborted.
 */
export async function runGit(
  git: Git,
  args: readonly string[],
  options: GitOptions,
  signal: AbortSignal,
): Promise<GitOutput> {
  const output = createCapture(options.maxOutputBytes ?? MAX_OUTPUT_BYTES);
  const errors = createCapture(MAX_ERROR_BYTES + LONGEST_SECRET_BYTES);
  const report = await start();
  signal.throwIfAborted();
  const stderr = cutAtWord(hideCredential(errors.bytes().toString('utf8'), options.remote?.credential)).trim();

  if (report.ending === 'timed-out') throw new TaskError('git-timed-out', { detail: `git ${args[0]}` });
  const truncated = report.ending === 'output-too-large';
  if (truncated && options.truncate) return { exitCode: 0, stdout: output.bytes(), truncated, stderr };
  if (truncated) throw new TaskError('git-failed', { detail: `git ${args[0]} printed more than expected` });
  if (report.exitCode === null || !(options.exitCodes ?? [0]).includes(report.exitCode)) {
    throw new TaskError('git-failed', {
      detail: `git ${args[0]} ended with ${report.exitCode ?? 'a signal'}: ${stderr}`,
    });
  }
  return { exitCode: report.exitCode, stdout: output.bytes(), truncated, stderr };

  async function start(): Promise<ProcessReport> {
    const [command = 'git', ...rest] = [...(options.prefix ?? []), 'git', ...args];
    const request = {
      command,
      args: rest,
      cwd: options.cwd ?? options.workTree ?? git.homeDirectory,
      environment: { ...buildGitEnvironment(git, options, options.remote), ...options.environment },
      input: options.input,
      timeoutMs: options.timeoutMs ?? GIT_TIMEOUT_MS,
      onStdout: (chunk: Buffer) => (output.add(chunk) ? 'more' : 'stop') as 'more' | 'stop',
      onStderr: (chunk: Buffer) => {
        errors.add(chunk);
        return 'more' as const;
      },
    };
    try {
      return await runProcess(request, git.clock, signal);
    } catch (cause) {
      throw new TaskError('git-failed', { detail: 'git could not be started', cause });
    }
  }
}

/** `runGit` inside a clone. */
export async function runInRepository(
  repository: Repository,
  args: readonly string[],
  options: GitOptions,
  signal: AbortSignal,
): Promise<GitOutput> {
  const { git, gitDir, workTree } = repository;
  return runGit(git, args, { gitDir, workTree, ...options }, signal);
}

/** `runInRepository` for a command that writes into the work tree: its files are whose the tree is. */
export async function writeWorkTree(
  repository: Repository,
  args: readonly string[],
  options: GitOptions,
  signal: AbortSignal,
): Promise<GitOutput> {
  const { git, workTree } = repository;
  const run = (prefix: readonly string[]) => runInRepository(repository, args, { ...options, prefix }, signal);
  return git.treeOwner ? git.treeOwner.write(options.workTree ?? workTree, run) : run([]);
}

/** The standard output of a command in a clone as text without its last line end. */
export async function readGit(
  repository: Repository,
  args: readonly string[],
  options: GitOptions,
  signal: AbortSignal,
): Promise<string> {
  const { stdout } = await runInRepository(repository, args, options, signal);
  return stdout.toString('utf8').trimEnd();
}

/** What else is a secret has no space in it, and is masked by those who write the text anywhere. */
function cutAtWord(text: string): string {
  if (text.length <= MAX_ERROR_BYTES) return text;
  return text.slice(0, MAX_ERROR_BYTES + 1).replace(/\S+$/, '');
}

function createCapture(maxBytes: number): { add(chunk: Buffer): boolean; bytes(): Buffer } {
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    add(chunk) {
      const room = maxBytes - size;
      if (room > 0) chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
      size += chunk.length;
      return size <= maxBytes;
    },
    bytes: () => Buffer.concat(chunks),
  };
}
