import { chmod, chown, readdir, readFile } from 'node:fs/promises';

import { TaskError } from '../../shared/kernel/errors.ts';
import { type Isolation, SETPRIV } from './isolation.ts';
import { findKeeper, releaseKept, type UserIds } from './ownership.ts';
import { leaseUid } from './uid-lease.ts';

/**
 * Keeps work trees for the agent's user: every file in one is that user's from the moment it is written. So nothing
 * changes its owner when the tree is handed over, and git, which goes by the time of such a change (ctime), still knows
 * the files that were not touched. That time is what an agent cannot set, so git goes on believing it.
 */
export interface TreeOwner {
  /** From now on what `write` brings into this empty directory is the agent's. It stays closed to the agent itself. */
  keep(directory: string): Promise<void>;
  /**
   * Has `work` start the program that writes into a directory with these arguments before its own. Without any the
   * runner writes as itself: into a directory that is not kept, or not while its user works for another runner, after
   * which it is not kept any more.
   */
  write<T>(directory: string, work: (prefix: readonly string[]) => Promise<T>): Promise<T>;
}

/** `undefined` where the agent has no user of its own, or the runner may not write as if it were any. */
export async function createTreeOwner(isolation: Isolation): Promise<TreeOwner | undefined> {
  if (isolation.kind === 'none' || !(await mayPassPermissions())) return undefined;
  return {
    async keep(directory) {
      if ((await readdir(directory)).length > 0) throw new Error(`${directory} is not empty`);
      await chmod(directory, 0o700);
      await chown(directory, process.getuid?.() ?? 0, choosePreferred(isolation).gid);
    },

    async write(directory, work) {
      const gid = await findKeeper(directory);
      const user = gid === undefined ? undefined : await borrow(isolation, gid);
      try {
        if (!user && gid !== undefined) await releaseKept(directory);
        return await work(user ? [SETPRIV, ...writerArguments(user)] : []);
      } finally {
        await user?.release();
      }
    },
  };
}

/** The user that the next session of this runner most probably has; the hand-over sees to the others. */
function choosePreferred(isolation: Exclude<Isolation, { kind: 'none' }>): UserIds {
  if (isolation.kind === 'user') return isolation;
  const id = isolation.first + (process.pid % isolation.count);
  return { uid: id, gid: id };
}

/** A runner beside this one that has the same number would kill the program when it ends its session. */
async function borrow(
  isolation: Exclude<Isolation, { kind: 'none' }>,
  gid: number,
): Promise<(UserIds & { release(): Promise<void> }) | undefined> {
  if (isolation.kind === 'user')
    return isolation.gid === gid ? { uid: isolation.uid, gid, release: async () => {} } : undefined;
  try {
    return { ...(await leaseUid({ first: gid, count: 1 })), gid };
  } catch (error) {
    if (error instanceof TaskError) return undefined;
    throw error;
  }
}

/**
 * Only what the program writes is the agent's user's: it stays root's by its real user, so that no process of the agent
 * can look into it, and of root's capabilities it has the one to reach the git directory and the closed tree. Without
 * the real user the system call access(2), by which git looks for its directory, would not count that one.
 */
function writerArguments({ uid, gid }: UserIds): string[] {
  return [
    '--ruid=0',
    `--euid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--inh-caps=-all,+dac_override',
    '--ambient-caps=-all,+dac_override',
    '--bounding-set=-all,+dac_override',
    '--no-new-privs',
    '/usr/bin/env',
  ];
}

const CAP_DAC_OVERRIDE = 1n << 1n;

async function mayPassPermissions(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  // capabilities(7): what this process has in force, as bits.
  const [, held] = /^CapEff:\s*([0-9a-f]+)$/m.exec(await readFile('/proc/self/status', 'utf8')) ?? [];
  return held !== undefined && (BigInt(`0x${held}`) & CAP_DAC_OVERRIDE) !== 0n;
}
