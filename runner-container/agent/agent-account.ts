import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import type { Clock } from '../../shared/kernel/clock.ts';
import { hasCode } from '../../shared/kernel/has-code.ts';
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
const OPEN_DIRECTORIES = ['/tmp', '/var/tmp', '/dev/shm', '/dev/mqueue', '/run/lock'];
/** proc_sysvipc(5): a line for each piece of shared memory, set of semaphores and queue, with its owner. */
const SHARED_OBJECTS = ['shm', 'sem', 'msg'].map((kind) => `/proc/sysvipc/${kind}`);

/** As that user, so that nothing it prepared can lead us to files of another user. */
async function removeLeftovers(uid: number): Promise<void> {
  if (!(await hasLeftovers(uid))) return;
  const find = `find ${OPEN_DIRECTORIES.join(' ')} -mindepth 1 -maxdepth 1 -user "$1" -exec rm -rf {} +`;
  // Shared memory, semaphores and message queues outlive their processes; only this user's own can be removed.
  const script = `${find} 2>/dev/null; ipcrm --all >/dev/null 2>&1; true`;
  await runCommand(SETPRIV, [...switchUserArguments({ uid, gid: uid }), '/bin/sh', '-c', script, 'sh', String(uid)]);
}

/** Looked for here, because most sessions leave nothing and the programs that remove it are five. */
async function hasLeftovers(uid: number): Promise<boolean> {
  for (const directory of OPEN_DIRECTORIES) {
    for (const name of await readdir(directory).catch(() => []))
      if (await lstat(path.join(directory, name)).then((stats) => stats.uid === uid, isPresent)) return true;
  }
  // What a kernel without them does not list is taken for there.
  const tables = await Promise.all(SHARED_OBJECTS.map((file) => readFile(file, 'utf8').catch(() => undefined)));
  return tables.some((table) => table === undefined || listNumbers(table).has(uid));
}

/** What cannot be looked at is left to the programs; what has just gone is not there any more. */
function isPresent(error: unknown): boolean {
  return !hasCode(error, 'ENOENT');
}

/** All numbers of a table: where one of them is the user's, there may be something of it. */
function listNumbers(table: string): ReadonlySet<number> {
  return new Set(table.split(/\s+/).map(Number));
}
