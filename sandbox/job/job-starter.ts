import type { Child } from './child.ts';
import { plannedStarts } from './planned-starts.ts';

export interface JobStarter {
  /** Runner processes that have been started and have not ended. */
  running(): Child[];
  /** Executions started so far. */
  started(): number;
  /** Polls once, now, and resolves when the executions have been started. */
  poll(): Promise<void>;
  /** Starts no more; running executions get SIGTERM, and SIGKILL when they do not end within `graceMs`. */
  stop(graceMs?: number): Promise<void>;
}

export interface JobStarterOptions {
  /** All messages, and whether one of them can be leased now. */
  readQueue: () => Promise<{ length: number; leasable: boolean }>;
  startRunner: (execution: number) => Child;
  maxExecutions: number;
  pollingIntervalMs: number;
  /**
   * Starts executions also for messages that are leased, as the platform does; they find nothing and end. Otherwise
   * they are spared.
   */
  startsForLeased?: boolean;
  onError: (error: unknown) => void;
}

/** The platform looks every 30 seconds; this one often, but not at full speed at a message that is leased. */
const MAX_PAUSE_MS = 2_000;

/**
 * Starts runner processes for queued messages with the arithmetic of the Container Apps job scaler. While executions
 * end and the queue stays as long as it was, it starts them ever more seldom.
 */
export function startJobStarter(options: JobStarterOptions): JobStarter {
  const running = new Set<Child>();
  let started = 0;
  let stopped = false;
  let seenLength = 0;
  let pauseMs = 0;
  let startedAt = 0;

  const poll = async () => {
    const { length: queueLength, leasable } = await options.readQueue();
    if (stopped) return;
    if (queueLength !== seenLength) pauseMs = 0;
    seenLength = queueLength;
    if (!leasable && !options.startsForLeased) return;
    if (performance.now() - startedAt < pauseMs) return;
    const starts = plannedStarts({
      queueLength,
      messagesPerExecution: 1,
      maxExecutions: options.maxExecutions,
      running: running.size,
    });
    if (starts > 0) {
      startedAt = performance.now();
      pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2 || options.pollingIntervalMs);
    }
    for (let index = 0; index < starts; index += 1) {
      started += 1;
      const child = options.startRunner(started);
      running.add(child);
      void child.exited.then(() => running.delete(child));
    }
  };

  let polling: Promise<void> = Promise.resolve();
  const serially = () => {
    polling = polling.then(poll).catch(options.onError);
    return polling;
  };
  const timer = setInterval(() => void serially(), options.pollingIntervalMs);

  return {
    running: () => [...running],
    started: () => started,
    poll: serially,
    async stop(graceMs = 10_000) {
      stopped = true;
      clearInterval(timer);
      await polling;
      const children = [...running];
      for (const child of children) child.kill('SIGTERM');
      const kill = setTimeout(() => {
        for (const child of children) child.kill('SIGKILL');
      }, graceMs);
      await Promise.all(children.map((child) => child.exited));
      clearTimeout(kill);
    },
  };
}
