import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

/** How the processes of a session are recognised: by their user, or by the home directory only they were given. */
export type ProcessMark = { uid: number } | { home: string };

/** Process ids of a session, descendants included, zombies left out. Empty where there is no /proc. */
export async function listSessionProcesses(mark: ProcessMark): Promise<number[]> {
  const processes = await listProcesses();
  const found = new Set<number>();
  for (const process of processes) {
    if (await isMarked(process, mark)) found.add(process.pid);
  }
  // A command may have emptied its environment; its parent has not.
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const { pid, parentPid } of processes) if (found.has(parentPid)) found.add(pid);
  }
  return [...found];
}

interface ProcessEntry {
  pid: number;
  parentPid: number;
  uid: number;
}

async function isMarked({ pid, uid }: ProcessEntry, mark: ProcessMark): Promise<boolean> {
  if ('uid' in mark) return uid === mark.uid;
  const environment = (await readIfThere(`/proc/${pid}/environ`)) ?? '';
  return `\0${environment}`.includes(`\0HOME=${mark.home}\0`);
}

async function listProcesses(): Promise<ProcessEntry[]> {
  const names = await readdir('/proc').catch(() => []);
  return names.filter((name) => /^\d+$/.test(name)).flatMap((name) => readEntry(name) ?? []);
}

/** Read at once: the kernel writes this file from memory, in a tenth of what another thread takes to read it. */
function readEntry(name: string): ProcessEntry | undefined {
  // Not the owner of /proc/<pid>: that is root for every process whose executable is readable by no user.
  const status = readStatusIfThere(name);
  if (status === undefined || /^State:\s+[ZX]/m.test(status)) return undefined;
  const parentPid = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1] ?? -1);
  return { pid: Number(name), parentPid, uid };
}

function readStatusIfThere(name: string): string | undefined {
  try {
    return readFileSync(`/proc/${name}/status`, 'utf8');
  } catch {
    return undefined;
  }
}

/** Processes end while we look at them; others may not be looked at. Neither is ours. */
async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
