import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { MINUTE } from '../../shared/kernel/clock.ts';

const run = promisify(execFile);

/**
 * Runs a system command with an empty environment and resolves with its output. Throws when it fails, or takes longer
 * than a minute unless it is given more.
 */
export async function runCommand(
  file: string,
  args: string[],
  { timeoutMs = 1 * MINUTE }: { timeoutMs?: number } = {},
): Promise<string> {
  const { stdout } = await run(file, args, { env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin' }, timeout: timeoutMs });
  return stdout.trim();
}
