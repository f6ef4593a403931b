import { rm } from 'node:fs/promises';

import { runCommand } from './run-command.ts';

/**
 * Deletes a directory in any state an agent left it in: parts that are read-only, as package caches are, and paths that
 * are too long to be opened, which only a program that goes step by step can delete.
 */
export async function removeTree(directory: string): Promise<void> {
  try {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // Of two runners that remove the same directory at once, one finds parts of it gone; `rm` does not mind.
    await runCommand('chmod', ['-R', 'u+rwX', '--', directory]).catch(() => undefined);
    await runCommand('rm', ['-rf', '--', directory]);
  }
}
