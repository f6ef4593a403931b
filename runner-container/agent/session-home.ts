import { chmod, chown, mkdir, mkdtemp } from 'node:fs/promises';
import path from 'node:path';

import type { AgentAccount } from './agent-account.ts';
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

/** Lends fresh directories to `work` and deletes them with everything the agent left there. */
export async function withSessionHome<T>(
  { temporaryDirectory, account }: { temporaryDirectory: string; account: AgentAccount },
  work: (home: SessionHome) => Promise<T>,
): Promise<T> {
  const root = await mkdtemp(path.join(temporaryDirectory, SESSION_PREFIX));
  try {
    await chmod(root, account.ids ? 0o711 : 0o700);
    const home = path.join(root, 'home');
    const copilotHome = path.join(root, 'copilot');
    const temporary = path.join(root, 'tmp');

    await mkdir(copilotHome, { mode: 0o750 });
    if (account.ids) await chown(copilotHome, process.getuid?.() ?? 0, account.ids.gid);
    for (const directory of [home, temporary, path.join(copilotHome, 'session-state')]) {
      await mkdir(directory, { mode: 0o700 });
      if (account.ids) await chown(directory, account.ids.uid, account.ids.gid);
    }
    return await work({ root, home, copilotHome, temporary });
  } finally {
    await removeTree(root);
  }
}
