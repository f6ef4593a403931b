import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { type Clock, SECOND } from '../../shared/kernel/clock.ts';
import { hasCode } from '../../shared/kernel/has-code.ts';

/** What a sink says about a chunk: `stop` ends the process because it has said too much. */
type SinkAnswer = 'more' | 'stop';

export interface ProcessRequest {
  command: string;
  args: readonly string[];
  cwd?: string | undefined;
  /** The whole environment; nothing is inherited. */
  environment: Readonly<Record<string, string>>;
  input?: string | Buffer | undefined;
  timeoutMs: number;
  /** Between TERM and KILL. */
  graceMs?: number;
  onStdout: (chunk: Buffer) => SinkAnswer;
  onStderr: (chunk: Buffer) => SinkAnswer;
}

/** Why a process is over. The first reason to occur is the one reported. */
type ProcessEnding = 'exit' | 'timed-out' | 'aborted' | 'output-too-large';

export interface ProcessReport {
  ending: ProcessEnding;
  /** `null` when a signal ended it. */
  exitCode: number | null;
}

const GRACE_MS = 2 * SECOND;
const PIPE_DRAIN_MS = 1.5 * SECOND;

/**
 * Runs one program in its own process group until it exits, runs out of time, is aborted, or says too much. Then TERM,
 * then KILL, and in every case nothing of its process group is left. Resolves with any exit code.
 * @throws the spawn error when the program cannot be started.
 */
export async function runProcess(request: ProcessRequest, clock: Clock, signal: AbortSignal): Promise<ProcessReport> {
  if (signal.aborted) return { ending: 'aborted', exitCode: null };
  const child = spawn(request.command, request.args, {
    cwd: request.cwd,
    env: request.environment,
    stdio: 'pipe',
    detached: true,
  });
  const pid = await started(child);

  const over = new AbortController();
  let ending: ProcessEnding = 'exit';
  const stop = (reason: ProcessEnding) => {
    if (ending !== 'exit' || over.signal.aborted) return;
    ending = reason;
    signalGroup(pid, 'SIGTERM');
    whenElapsed(clock, request.graceMs ?? GRACE_MS, over.signal, () => signalGroup(pid, 'SIGKILL'));
  };
  const onAbort = () => stop('aborted');
  signal.addEventListener('abort', onAbort, { once: true });
  whenElapsed(clock, request.timeoutMs, over.signal, () => stop('timed-out'));
  child.stdout.on('data', (chunk: Buffer) => {
    if (request.onStdout(chunk) === 'stop') stop('output-too-large');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    if (request.onStderr(chunk) === 'stop') stop('output-too-large');
  });
  // A program may end without reading its input; its exit code says what that means.
  child.stdin.on('error', () => {});
  child.stdin.end(request.input ?? '');

  const exitCode = await exited(child);
  over.abort();
  signal.removeEventListener('abort', onAbort);
  signalGroup(pid, 'SIGKILL');
  await pipesClosed(child, clock);
  return { ending, exitCode };
}

async function started(child: ChildProcessWithoutNullStreams): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.once('spawn', resolve);
  child.once('error', reject);
  await promise;
  // Node sets the pid before it emits `spawn`.
  return child.pid ?? raise(new Error('a started process has no pid'));
}

async function exited(child: ChildProcessWithoutNullStreams): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  return new Promise((resolve) => child.once('exit', resolve));
}

/** A process that left the group may hold the pipes open for ever, so this wait has a bound. */
async function pipesClosed(child: ChildProcessWithoutNullStreams, clock: Clock): Promise<void> {
  if (child.stdout.closed && child.stderr.closed) return;
  const closed = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once('close', () => resolve());
  whenElapsed(clock, PIPE_DRAIN_MS, closed.signal, resolve);
  await promise;
  closed.abort();
  await readWhatIsThere(child);
  child.stdout.destroy();
  child.stderr.destroy();
}

/** Turns of the event loop after which nothing more is to be had of a pipe that was not read from in them. */
const IDLE_TURNS = 20;
/** A pipe holds less than this many turns read (unix(7), `SO_SNDBUF`; a turn reads up to 64 kB of it). */
const MOST_TURNS = 200;

/**
 * Reads what the process wrote before it ended. It is in the pipes by then; where this machine was too busy to read it
 * within the wait, it would be lost without a word.
 */
async function readWhatIsThere({ stdout, stderr }: ChildProcessWithoutNullStreams): Promise<void> {
  let idle = 0;
  const note = () => {
    idle = 0;
  };
  for (const stream of [stdout, stderr]) stream.on('data', note);
  for (let turn = 0; idle < IDLE_TURNS && turn < MOST_TURNS && !(stdout.closed && stderr.closed); turn += 1) {
    idle += 1;
    await nextTurn();
  }
}

function whenElapsed(clock: Clock, ms: number, cancelled: AbortSignal, action: () => void): void {
  clock.sleep(ms, cancelled).then(action, () => {
    // Cancelled: the process was faster.
  });
}

function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch (error) {
    // ESRCH: the group is empty already. EPERM: what is left of it runs as another user, who is reaped as a whole
    // elsewhere.
    if (!hasCode(error, 'ESRCH', 'EPERM')) throw error;
  }
}

function raise(error: Error): never {
  throw error;
}
