import { describeStartError } from '../../shared/app/describe-start-error.ts';
import { type Clock, SECOND } from '../../shared/kernel/clock.ts';
import type { Log } from '../../shared/kernel/log.ts';
import { once } from '../../shared/kernel/once.ts';
import type { Handlers } from './list-functions.ts';

/** What is behind the functions, once it is loaded. */
export interface App {
  handlers: Handlers;
  /** Makes sure that storage and project map can be used. @throws {Error} when they cannot; it may be called again. */
  open(): Promise<void>;
  /** The last thing before the process ends. */
  flush(): Promise<void>;
}

export interface ReadinessDeps {
  load: () => Promise<App>;
  clock: Pick<Clock, 'now'>;
  log: Pick<Log, 'error'>;
}

export interface Readiness {
  /**
   * The handlers, as soon as the app can serve; all callers share one start. A failed one is logged with what to do
   * about it and made again by the next call after five seconds, so that an app that came up during an outage works
   * once that is over.
   * @throws {Error} why the app cannot serve.
   */
  handlers(): Promise<Handlers>;
  /** Flushes what was loaded. */
  flush(): Promise<void>;
}

/** Until then the same failure is given out again: asking storage for every refused event would prolong an outage. */
export const TRY_AGAIN_AFTER_MS = 5 * SECOND;

/** Loads the app once and opens it until that succeeds. Nothing happens before the first call of `handlers`. */
export function createReadiness({ load, clock, log }: ReadinessDeps): Readiness {
  let loading: Promise<App> | undefined;
  let failed: { at: number; error: unknown } | undefined;

  const loadApp = once(() => {
    loading = load();
    return loading;
  });
  const open = once(async (): Promise<Handlers> => {
    try {
      const app = await loadApp();
      await app.open();
      failed = undefined;
      return app.handlers;
    } catch (error) {
      failed = { at: clock.now(), error };
      log.error('start failed', { reason: describeStartError(error), error });
      throw error;
    }
  });

  return {
    async handlers() {
      if (failed && clock.now() - failed.at < TRY_AGAIN_AFTER_MS) throw failed.error;
      return open();
    },
    async flush() {
      const app = await loading?.catch(() => undefined); // Reported to the callers of `handlers`.
      await app?.flush();
    },
  };
}
