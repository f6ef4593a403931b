import { chmod, chown, readdir, stat } from 'node:fs/promises';
import path from 'node:path';

import type { AgentAccount } from './agent-account.ts';
import { runCommand } from './run-command.ts';

export interface UserIds {
  uid: number;
  gid: number;
}

/**
 * Gives a directory and everything in it to the agent's user alone. Does nothing when the agent runs as the
 * runner's user. Call it after the last runner-side write; `runAgent` does so for the work tree of an `edit` session.
 * Of a directory that is kept for this user only the door is opened.
 *
 * @throws {Error} when a directory above it cannot be passed by the agent.
 */
export async function prepareForAgent(directory: string, account: AgentAccount): Promise<void> {
  if (!account.ids) return;
  const { uid, gid } = account.ids;
  await openPathTo(directory);
  if ((await findKeeper(directory)) === gid) await chown(directory, uid, runner().gid);
  else await giveAll([directory], account.ids);
  await chmod(directory, 0o700);
}

/**
 * Takes a directory back. Call it only when no process of the agent is left. One that was kept for the agent is closed
 * and kept on: no process gets through its door, so no file in it needs another owner.
 */
export async function returnToRunner(directory: string, account: AgentAccount): Promise<void> {
  if (!account.ids) return;
  if (await isKeptAndOpen(directory, account.ids)) {
    await chown(directory, runner().uid, account.ids.gid);
    await chmod(directory, 0o700);
    return;
  }
  await giveAll([directory], runner());
}

/** Lets the agent's user read a directory that is the runner's, and keeps other agents out of it. */
export async function openForReading(directory: string, account: AgentAccount): Promise<void> {
  if (!account.ids) return;
  await openPathTo(directory);
  // An agent could write what is its own, also in a session that may only look.
  if ((await findKeeper(directory)) !== undefined) await changeOwner([directory], runner());
  await chown(directory, runner().uid, account.ids.gid);
  await chmod(directory, 0o750);
}

/**
 * Whose files are in a directory that is kept for an agent and closed: the group of that user. A kept directory is told
 * from others by its door. Closed, it is the runner's, of the user's group and open to no one else; open, it is the
 * user's and of the runner's group, which no agent can give to a directory.
 */
export async function findKeeper(directory: string): Promise<number | undefined> {
  const { uid, gid, mode } = await stat(directory);
  return uid === runner().uid && gid !== runner().gid && (mode & 0o777) === 0o700 ? gid : undefined;
}

async function isKeptAndOpen(directory: string, user: UserIds): Promise<boolean> {
  const { uid, gid } = await stat(directory);
  return uid === user.uid && gid === runner().gid;
}

/** A directory that is closed and was kept counts as the runner's from now on, with files of both users in it. */
export async function releaseKept(directory: string): Promise<void> {
  await chown(directory, runner().uid, runner().gid);
}

/** As `changeOwner`, which starts programs, for directories of which some are empty yet. */
export async function giveAll(directories: readonly string[], user: UserIds): Promise<void> {
  const filled: string[] = [];
  for (const directory of directories) {
    if ((await readdir(directory)).length > 0) filled.push(directory);
    else await chown(directory, user.uid, user.gid);
  }
  if (filled.length > 0) await changeOwner(filled, user);
}

/** The user of this process. Nothing is handed over where the system knows none. */
function runner(): UserIds {
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
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
 * Gives directories and all in them away. Files with a second name elsewhere are left out: changing this name's owner
 * would change the other's.
 */
async function changeOwner(directories: readonly string[], { uid, gid }: UserIds): Promise<void> {
  const selection = ['-xdev', '(', '-type', 'd', '-o', '-links', '1', ')'];
  const change = ['chown', '-h', `${uid}:${gid}`, '{}', '+'];
  try {
    await runCommand('find', [...directories, ...selection, '-exec', ...change]);
  } catch {
    // An agent can nest directories deeper than a path may be long. Going from directory to directory is slow and gets
    // there.
    await runCommand('find', [...directories, ...selection, '-execdir', ...change]);
  }
}
