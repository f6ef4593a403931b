import { chmod, chown, mkdir, mkdtemp } from 'node:fs/promises';
import path from 'node:path';

import type { AgentAccount } from './agent-account.ts';
import { giveAll } from './ownership.ts';
import { removeTree } from './remove-tree.ts';

/** The directories of one session, outside the work tree. Gone when it ends. */
export interface SessionHome {
  /** Passable by everybody, readable by the runner. */
  root: string;
  home: string;
  /**
   * The runtime's own directory. All hooks and servers configured there run in a session, so it belongs to the
   * runner; the agent owns only `session-state` inside, and the agents of other runs do not get in.
   */
  copilotHome: string;
  temporary: string;
}

/** How the directories of sessions are named, so that what a killed runner left can be found. */
export const SESSION_PREFIX = 'cmap-agent-';

/** Lends fresh directories, closed to the agent, to `work` and deletes them with everything the agent left there. */
export async function withSessionHome<T>(
  temporaryDirectory: string,
  work: (home: SessionHome) => Promise<T>,
): Promise<T> {
  const root = await mkdtemp(path.join(temporaryDirectory, SESSION_PREFIX));
  try {
    const home = path.join(root, 'home');
    const copilotHome = path.join(root, 'copilot');
    const temporary = path.join(root, 'tmp');
    await mkdir(copilotHome, { mode: 0o750 });
    for (const directory of [home, temporary, stateOf(copilotHome)]) await mkdir(directory, { mode: 0o700 });
    return await work({ root, home, copilotHome, temporary });
  } finally {
    await removeTree(root);
  }
}

/**
 * Opens the directories of a session to one agent while `work` runs. Between two rounds of a session they are the
 * runner's, because what the agent wrote is then run by the same user, and could put words into its conversation.
 */
export async function withOpenedHome<T>(
  { root, home, copilotHome, temporary }: SessionHome,
  account: AgentAccount,
  work: () => Promise<T>,
): Promise<T> {
  if (!account.ids) return work();
  const runner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const own = [home, temporary, stateOf(copilotHome)];
  await chmod(root, 0o711);
  await chown(copilotHome, runner.uid, account.ids.gid);
  await giveAll(own, account.ids);
  try {
    return await work();
  } finally {
    await chmod(root, 0o700);
    await giveAll(own, runner);
  }
}

function stateOf(copilotHome: string): string {
  return path.join(copilotHome, 'session-state');
}
