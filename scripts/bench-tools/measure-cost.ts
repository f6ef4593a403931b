import { readFile } from 'node:fs/promises';

/** What a work took: on the clock, and of processors. */
export interface Cost {
  wallMs: number;
  /** Of this process and all it started that has ended. */
  cpuMs: number;
  /** Of this process alone, which is what a runner costs beside the programs it starts. */
  ownCpuMs: number;
}

/** Linux counts the time of processes in these, on every machine. */
const TICK_MS = 10;

/** Does a work and resolves with what it cost. Linux only. */
export async function measureCost(work: () => Promise<unknown>): Promise<Cost> {
  const [startedAt, before, own] = [performance.now(), await readCpuMs(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(own);
  return {
    wallMs: performance.now() - startedAt,
    cpuMs: (await readCpuMs()) - before,
    ownCpuMs: (user + system) / 1000,
  };
}

/** proc_pid_stat(5): user and system time of the process and of its children that were waited for. */
async function readCpuMs(): Promise<number> {
  const text = await readFile('/proc/self/stat', 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field) * TICK_MS, 0);
}
