import type { Clock } from '../../shared/kernel/clock.ts';

/** Notices that nothing happened for too long. */
export interface Watchdog {
  /** Something happened. */
  touch(): void;
  /** Stops the time until the returned function is called: work outside the session is awaited. */
  hold(): () => void;
  /** Resolves when `limitMs` passed without a touch; rejects when `signal` aborts. */
  expired(signal: AbortSignal): Promise<void>;
}

/** Starts counting now. */
export function createWatchdog(clock: Clock, limitMs: number): Watchdog {
  let lastMs = clock.now();
  let holds = 0;

  function touch(): void {
    lastMs = clock.now();
  }

  return {
    touch,
    hold() {
      holds += 1;
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        holds -= 1;
        touch();
      };
    },
    async expired(signal) {
      for (;;) {
        const idleMs = holds > 0 ? 0 : clock.now() - lastMs;
        if (idleMs >= limitMs) return;
        await clock.sleep(limitMs - idleMs, signal);
      }
    },
  };
}
