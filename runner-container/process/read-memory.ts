import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** Bytes that this machine or container may use, and how many of them nothing uses. */
export interface Memory {
  limit: number;
  free: number;
}

/**
 * Where a container finds its own control group: that of version 2, and that of version 1 (the files are described in
 * cgroup-v2.rst and cgroup-v1/memory.rst of the Linux kernel).
 */
const GROUPS = [
  { limit: 'memory.max', used: 'memory.current', stat: 'memory.stat', prefix: '' },
  {
    limit: 'memory/memory.limit_in_bytes',
    used: 'memory/memory.usage_in_bytes',
    stat: 'memory/memory.stat',
    prefix: 'total_',
  },
];

/** What the kernel would take away before it ended a program: pages of files that are on the disk as well. */
const CACHED = ['active_file', 'inactive_file'];

/**
 * The memory of the container this process is in, or of the machine where nothing limits it. Pages of files count as
 * free, because the kernel gives them up.
 */
export async function readMemory(root = '/sys/fs/cgroup'): Promise<Memory> {
  const machine = { limit: os.totalmem(), free: os.freemem() };
  for (const group of GROUPS) {
    const [limit, used, stat] = await Promise.all(
      [group.limit, group.used, group.stat].map((name) => readFile(path.join(root, name), 'utf8').catch(() => '')),
    );
    const bytes = Number(limit);
    // `max`, or a number beyond any machine, where there is no limit.
    if (!limit || !used || !(bytes < machine.limit)) continue;
    const cached = CACHED.map((name) => new RegExp(`^${group.prefix}${name} (\\d+)$`, 'm').exec(stat ?? '')?.[1] ?? 0);
    const kept = Number(used) - cached.reduce((sum: number, one) => sum + Number(one), 0);
    return { limit: bytes, free: Math.max(0, bytes - kept) };
  }
  return machine;
}
