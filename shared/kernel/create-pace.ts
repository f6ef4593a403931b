import { type Clock, MINUTE } from './clock.ts';

/** Lets so many callers go on in one minute; who comes later waits for the next one. */
export function createPace({ perMinute, clock }: { perMinute: number; clock: Clock }): () => Promise<void> {
  let startedAt = Number.NEGATIVE_INFINITY;
  let gone = 0;
  return async () => {
    for (;;) {
      const sinceMs = clock.now() - startedAt;
      if (sinceMs >= MINUTE) {
        startedAt = clock.now();
        gone = 0;
      }
      if (gone < perMinute) {
        gone += 1;
        return;
      }
      await clock.sleep(MINUTE - sinceMs);
    }
  };
}
