import type { Clock } from '../../shared/kernel/clock.ts';
import { hasCode } from '../../shared/kernel/has-code.ts';
import { SETPRIV, switchUserArguments } from './isolation.ts';
import { runCommand } from './run-command.ts';
import { listSessionProcesses, type ProcessMark } from './session-processes.ts';

const ROUNDS = 100;
const PAUSE_MS = 20;

/**
 * Kills every process of a session and resolves when none is left. Shells the agent put in the background survive the
 * end of the runtime, so this is the only end that counts.
 *
 * @throws {Error} when processes are still there after two seconds.
 */
export async function reap(mark: ProcessMark, clock: Clock): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const pids = await listSessionProcesses(mark);
    if (pids.length === 0) return;
    if ('uid' in mark) await killUser(mark.uid);
    else for (const pid of pids) kill(pid);
    await clock.sleep(PAUSE_MS);
  }
  throw new Error('Processes of the agent are still running although they were killed');
}

/** All at once, so that a process that forks faster than we look cannot win. */
async function killUser(uid: number): Promise<void> {
  const command = ['/bin/sh', '-c', 'kill -9 -1'];
  try {
    await runCommand(SETPRIV, [...switchUserArguments({ uid, gid: uid }), ...command]);
  } catch {
    // The shell fails when no process was left to kill. Whether one is left gets looked at again.
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}
