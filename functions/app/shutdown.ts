import type { HttpHandler, TimerHandler } from '@azure/functions';

import { type Clock, SECOND } from '../../shared/kernel/clock.ts';
import type { Log } from '../../shared/kernel/log.ts';
import { waitAtMost } from '../../shared/kernel/waits.ts';
import { later } from '../http/responses.ts';
import type { FunctionEntry } from './function-table.ts';

export interface ShutdownDeps {
  /** The last thing before the process ends. */
  flush: () => Promise<void>;
  /** How long running invocations are waited for; 3 seconds unless said otherwise. */
  waitMs?: number | undefined;
  clock: Clock;
  log: Log;
}

export interface Shutdown {
  /** The same function, refused once the app stops. */
  guard(entry: FunctionEntry): FunctionEntry;
  /** Stops the app, in this order: nothing new begins, what runs may end, telemetry is sent. Safe to call again. */
  stop(): Promise<void>;
}

/**
 * Azure waits up to ten seconds for running invocations, then gives the worker five more and kills it; the flush has to
 * fit into what is left (Functions host: `ProcessShutdownTimeout` and `WorkerTerminate`).
 */
const WAIT_MS = 3 * SECOND;

/**
 * Ends the functions app without losing work. An invocation that is cut off loses nothing either, because every step it
 * takes is durable before the next; letting it end only saves a repetition.
 */
export function createShutdown({ flush, waitMs = WAIT_MS, clock, log }: ShutdownDeps): Shutdown {
  const running = new Set<Promise<unknown>>();
  let stopped: Promise<void> | undefined;

  async function run<T>(work: () => T | Promise<T>): Promise<T> {
    const promise = Promise.resolve().then(work);
    running.add(promise);
    try {
      return await promise;
    } finally {
      running.delete(promise);
    }
  }

  async function stop(): Promise<void> {
    log.info('stopping', { running: running.size });
    await waitAtMost(waitMs, Promise.allSettled([...running]), clock);
    if (running.size > 0) log.warn('stopped with running invocations', { running: running.size });
    await flush();
  }

  return {
    guard(entry) {
      if (entry.trigger === 'timer') {
        const timer: TimerHandler = (tick, context) =>
          stopped ? undefined : run<unknown>(() => entry.handler(tick, context));
        return { ...entry, handler: timer };
      }
      const http: HttpHandler = (request, context) =>
        stopped ? REFUSED : run(async () => (await entry.handler(request, context)) ?? {});
      return { ...entry, handler: http };
    },
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** The sender tries again and reaches another instance. */
const REFUSED = later(503, 'stopping', 5 * SECOND);
