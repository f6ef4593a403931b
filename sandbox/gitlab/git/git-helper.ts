import { spawn } from 'node:child_process';

/** One git command; `id` comes back with its answer. */
export interface GitRequest {
  id: number;
  args: string[];
  directory: string;
  input: Uint8Array;
  env: Record<string, string>;
}

export interface GitAnswer {
  id: number;
  /** `null` when a signal ended it. */
  exitCode: number | null;
  stdout: Uint8Array;
  stderr: Uint8Array;
  /** Why it could not be started. */
  failure?: string;
}

/**
 * A process that does nothing but start git. Starting a process copies the page tables of the one that starts it: with
 * 200 MB in memory that takes ten times as long as from here.
 */
async function run({ id, args, directory, input, env }: GitRequest): Promise<GitAnswer> {
  const child = spawn('git', args, { cwd: directory, env });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on('error', () => {}); // It may end without reading everything; its exit code decides.
  child.stdin.end(input);
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  child.once('close', resolve);
  const exitCode = await promise;
  return { id, exitCode, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) };
}

process.on('message', (request: GitRequest) => {
  void run(request)
    .catch((error: unknown): GitAnswer => {
      const nothing = new Uint8Array();
      return { id: request.id, exitCode: null, stdout: nothing, stderr: nothing, failure: String(error) };
    })
    .then((answer) => process.send?.(answer));
});
// It ends with the process that started it, however that ends, and after it has put its servers away.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
process.once('disconnect', () => process.exit(0));
