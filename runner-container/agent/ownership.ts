import { chmod, stat } from 'node:fs/promises';
import path from 'node:path';

import type { AgentAccount } from './agent-account.ts';
import { runCommand } from './run-command.ts';

/**
 * Gives a directory and everything in it to the agent's user alone. Does nothing when the agent runs as the
 * runner's user. Call it after the last runner-side write; `runAgent` does so for the work tree of an `edit` session.
 *
 * @throws {Error} when a directory above it cannot be passed by the agent.
 */
export async function prepareForAgent(directory: string, account: AgentAccount): Promise<void> {
  if (!account.ids) return;
  await openPathTo(directory);
  await changeOwner(directory, account.ids.uid, account.ids.gid);
  await chmod(directory, 0o700);
}

/** Takes a directory back. Call it only when no process of the agent is left. */
export async function returnToRunner(directory: string, account: AgentAccount): Promise<void> {
  if (!account.ids) return;
  await changeOwner(directory, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
}

/** Lets the agent's user read a directory that stays the runner's, and keeps other agents out of it. */
export async function openForReading(directory: string, account: AgentAccount): Promise<void> {
  if (!account.ids) return;
  await openPathTo(directory);
  await runCommand('chgrp', [String(account.ids.gid), '--', directory]);
  await chmod(directory, 0o750);
}

/**
 * Makes the directory above passable (not listable): temporary directories are born closed. Further up it only looks,
 * because those are not ours to change.
 */
async function openPathTo(directory: string): Promise<void> {
  const parent = path.dirname(directory);
  const { mode, uid } = await stat(parent);
  if ((mode & 0o001) === 0 && uid === process.getuid?.()) await chmod(parent, (mode & 0o777) | 0o011);

  for (let above = parent; ; above = path.dirname(above)) {
    if (((await stat(above)).mode & 0o001) === 0) {
      throw new Error(
        `The agent's user cannot pass ${above}: give it mode 0711, or work in another temporary directory`,
      );
    }
    if (above === path.dirname(above)) return;
  }
}

/**
 * Gives a directory and all in it away. Files with a second name elsewhere are left out: changing this name's owner
 * would change the other's.
 */
export async function changeOwner(directory: string, uid: number, gid: number): Promise<void> {
  const selection = ['-xdev', '(', '-type', 'd', '-o', '-links', '1', ')'];
  const change = ['chown', '-h', `${uid}:${gid}`, '{}', '+'];
  try {
    await runCommand('find', [directory, ...selection, '-exec', ...change]);
  } catch {
    // An agent can nest directories deeper than a path may be long. Going from directory to directory is slow and gets
    // there.
    await runCommand('find', [directory, ...selection, '-execdir', ...change]);
  }
}
