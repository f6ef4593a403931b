import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs a short system command with an empty environment and resolves with its output. Throws when it fails. */
export async function runCommand(file: string, args: string[]): Promise<string> {
  const { stdout } = await run(file, args, { env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin' }, timeout: 60_000 });
  return stdout.trim();
}
