import type { Clock } from '../../shared/kernel/clock.ts';
import { type Isolation, SETPRIV, switchUserArguments } from './isolation.ts';
import { reap } from './reap.ts';
import { runCommand } from './run-command.ts';
import { leaseUid } from './uid-lease.ts';

/** The user one agent session, or one command on its behalf, runs as. */
export interface AgentAccount {
  /** Absent: the runner's own user, see `Isolation`. */
  ids?: { uid: number; gid: number };
  /** For the variable `USER`. */
  name: string;
  /** The command line that runs `file` as this user, with no capability and no way to gain one. */
  commandLine(file: string, args: string[]): { file: string; args: string[] };
}

/**
 * Lends a user to `work`. Nothing of an earlier run is alive when it begins, and nothing of this one afterwards:
 * no process, no file in the directories everybody may write to, no shared memory.
 */
export async function withAgentAccount<T>(
  isolation: Isolation,
  clock: Clock,
  work: (account: AgentAccount) => Promise<T>,
): Promise<T> {
  switch (isolation.kind) {
    case 'none':
      return work({ name: 'agent', commandLine: (file, args) => ({ file, args }) });
    case 'user':
      return withCleanUser({ ...isolation }, clock, work);
    case 'uid-range': {
      const lease = await leaseUid(isolation);
      try {
        return await withCleanUser({ name: 'agent', uid: lease.uid, gid: lease.uid }, clock, work);
      } finally {
        await lease.release();
      }
    }
  }
}

interface SystemUser {
  name: string;
  uid: number;
  gid: number;
}

async function withCleanUser<T>(
  { name, uid, gid }: SystemUser,
  clock: Clock,
  work: (account: AgentAccount) => Promise<T>,
): Promise<T> {
  await reap({ uid }, clock);
  try {
    return await work({
      name,
      ids: { uid, gid },
      commandLine: (file, args) => ({ file: SETPRIV, args: [...switchUserArguments({ uid, gid }), file, ...args] }),
    });
  } finally {
    await reap({ uid }, clock);
    await removeLeftovers(uid);
  }
}

/** Where Debian lets everybody write. */
const OPEN_DIRECTORIES = '/tmp /var/tmp /dev/shm /dev/mqueue /run/lock';

/** As that user, so that nothing it prepared can lead us to files of another user. */
async function removeLeftovers(uid: number): Promise<void> {
  const find = `find ${OPEN_DIRECTORIES} -mindepth 1 -maxdepth 1 -user "$1" -exec rm -rf {} +`;
  // Shared memory, semaphores and message queues outlive their processes; only this user's own can be removed.
  const script = `${find} 2>/dev/null; ipcrm --all >/dev/null 2>&1; true`;
  await runCommand(SETPRIV, [...switchUserArguments({ uid, gid: uid }), '/bin/sh', '-c', script, 'sh', String(uid)]);
}
