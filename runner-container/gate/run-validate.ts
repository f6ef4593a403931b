import type { Clock } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { runProcess } from '../process/run-process.ts';

export interface ValidateRequest {
  /** A shell command of the binding. */
  command: string;
  workTree: string;
  /**
   * Put in front of the command to make it run as the agent's user, e.g. `['setpriv', '--reuid=agent', ...]`. May be
   * empty.
   */
  wrap: readonly string[];
  /** The whole environment of the command. Never contains a credential. */
  environment: Readonly<Record<string, string>>;
  timeoutMs: number;
  /** The last so many bytes of output are kept. */
  maxOutputBytes: number;
}

export interface ValidateReport {
  /** `null` when it was ended by a signal. */
  exitCode: number | null;
  /** The end of standard output and standard error, as they came. */
  outputTail: string;
  timedOut: boolean;
}

/**
 * Runs the binding's `validate` command on the change, with a limit. Of several lines each must succeed. Everything it
 * started in its process group is ended with it.
 * @throws {TaskError} `unexpected` when the command cannot be started at all. Throws the signal's reason when aborted.
 */
export async function runValidate(
  request: ValidateRequest,
  { clock }: { clock: Clock },
  signal: AbortSignal,
): Promise<ValidateReport> {
  const tail = createTail(request.maxOutputBytes);
  const [command, ...args] = [...request.wrap, '/bin/sh', '-e', '-c', request.command];
  const onOutput = (chunk: Buffer) => {
    tail.add(chunk);
    return 'more' as const;
  };
  const { environment, timeoutMs, workTree: cwd } = request;
  const report = await runProcess(
    { command, args, cwd, environment, timeoutMs, onStdout: onOutput, onStderr: onOutput },
    clock,
    signal,
  ).catch((cause: unknown) => {
    throw new TaskError('unexpected', { detail: 'the validate command could not be started', cause });
  });
  signal.throwIfAborted();
  return {
    exitCode: report.exitCode,
    outputTail: tail.text(),
    timedOut: report.ending === 'timed-out',
  };
}

function createTail(maxBytes: number): { add(chunk: Buffer): void; text(): string } {
  let kept = Buffer.alloc(0);
  return {
    add(chunk) {
      const joined = Buffer.concat([kept, chunk]);
      kept = Buffer.from(joined.subarray(Math.max(0, joined.length - maxBytes)));
    },
    text: () => kept.toString(),
  };
}
