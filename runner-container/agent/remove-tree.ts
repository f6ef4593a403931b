import { lstat, rm } from 'node:fs/promises';

import { MINUTE } from '../../shared/kernel/clock.ts';
import { hasCode } from '../../shared/kernel/has-code.ts';
import { runCommand } from './run-command.ts';

/**
 * Deletes a directory in any state an agent left it in: parts that are read-only, as package caches are, and paths that
 * are too long to be opened, which only a program that goes step by step can delete.
 */
export async function removeTree(directory: string): Promise<void> {
  if (process.platform === 'win32') return rm(directory, { recursive: true, force: true, maxRetries: 3 });
  if (!(await isThere(directory))) return;
  const remove = () => runCommand('rm', ['-rf', '--', directory], { timeoutMs: REMOVAL_TIMEOUT_MS });
  try {
    // A tenth of what Node needs for each file. Of two runners that remove the same directory at once, one finds parts
    // of it gone, which this program does not mind.
    await remove();
  } catch {
    await runCommand('chmod', ['-R', 'u+rwX', '--', directory]).catch(() => undefined);
    await remove();
  }
}

/** Trees with all packages of a monorepo on a slow disk. */
const REMOVAL_TIMEOUT_MS = 10 * MINUTE;

async function isThere(directory: string): Promise<boolean> {
  return lstat(directory).then(
    () => true,
    (error: unknown) => !hasCode(error, 'ENOENT'),
  );
}
