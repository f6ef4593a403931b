import { type Clock, SECOND } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import type { Log } from '../../shared/kernel/log.ts';
import type { Memory } from '../process/read-memory.ts';

/** The memory that the runs of one process share. */
export interface MemoryWatch {
  /** Whether one more run may begin beside those at work: there is as much free as is its share. */
  hasRoom(): Promise<boolean>;
  /**
   * Watches while the run of a place is at work. `exceeded` aborts with `memory-short` when memory is nearly used up
   * and this run, of several, uses the most of it.
   */
  enter(place: number): { exceeded: AbortSignal; leave(): void };
}

export interface MemoryWatchDeps {
  runsAtOnce: number;
  /** `undefined` where the system does not say. */
  readMemory: () => Promise<Memory | undefined>;
  /** Bytes that the programs of the run in a place use. */
  readUsed: (place: number) => Promise<number>;
  clock: Clock;
  log: Log;
}

const LOOK_EVERY_MS = SECOND;
/** Of the limit. With less than this free the kernel may soon end programs of its own choice, the runner's own too. */
const SHORT_BELOW = 1 / 16;

/** Watches the memory of a process with several runs at once. */
export function watchMemory({ runsAtOnce, readMemory, readUsed, clock, log }: MemoryWatchDeps): MemoryWatch {
  const atWork = new Map<number, AbortController>();
  let watching: AbortController | undefined;

  const look = async (): Promise<void> => {
    // One alone may use all there is, as it may in a runner of one run.
    if (atWork.size < 2) return;
    const memory = await readMemory();
    if (!memory || memory.free >= memory.limit * SHORT_BELOW) return;
    const used = await Promise.all([...atWork.keys()].map(async (place) => ({ place, bytes: await readUsed(place) })));
    const [most] = used.sort((one, other) => other.bytes - one.bytes);
    const run = most && atWork.get(most.place);
    if (!run || run.signal.aborted || atWork.size < 2) return;
    log.warn('memory short', { ...memory, place: most.place, used: most.bytes });
    run.abort(new TaskError('memory-short', { detail: describeUse(most.bytes, memory, runsAtOnce) }));
  };

  const watch = async (until: AbortSignal): Promise<void> => {
    while (!until.aborted) {
      await look().catch((error: unknown) => log.warn('memory not read', { error }));
      await clock.sleep(LOOK_EVERY_MS, until).catch(() => undefined);
    }
  };

  return {
    async hasRoom() {
      const memory = await readMemory().catch(() => undefined);
      return memory === undefined || memory.free >= memory.limit / runsAtOnce;
    },

    enter(place) {
      const exceeded = new AbortController();
      atWork.set(place, exceeded);
      if (!watching) {
        watching = new AbortController();
        void watch(watching.signal);
      }
      return {
        exceeded: exceeded.signal,
        leave() {
          atWork.delete(place);
          if (atWork.size > 0) return;
          watching?.abort();
          watching = undefined;
        },
      };
    },
  };
}

function describeUse(bytes: number, { limit }: Memory, runsAtOnce: number): string {
  return `It used ${toMiB(bytes)} of ${toMiB(limit)} MiB beside other runs, of which ${runsAtOnce} may be at work at once.`;
}

function toMiB(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
