import { rm } from 'node:fs/promises';

import { runCommand } from './run-command.ts';

/** Deletes a directory, also when somebody made parts of it read-only, as package caches are. */
export async function removeTree(directory: string): Promise<void> {
  try {
    await rm(directory, { recursive: true, force: true });
  } catch {
    await runCommand('chmod', ['-R', 'u+rwX', directory]);
    await rm(directory, { recursive: true, force: true });
  }
}
