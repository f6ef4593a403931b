import { readFile } from 'node:fs/promises';
import { listSessionProcesses } from './session-processes.ts';

/** Bytes in memory of all processes of a user. Pages that two of them share count twice. */
export async function readUsedMemory(uid: number): Promise<number> {
  const pids = await listSessionProcesses({ uid });
  const sizes = await Promise.all(pids.map(readResident));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/** proc_pid_status(5); nothing of a process that has just ended. */
async function readResident(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
