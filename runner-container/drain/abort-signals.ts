import type { Clock } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';

/** Turns the request to stop into an abort of the work, a grace period later. */
export function abortAfterGrace(
  signal: AbortSignal,
  graceMs: number,
  clock: Clock,
): { aborted: AbortSignal; stop(): void } {
  const aborted = new AbortController();
  const stopped = new AbortController();
  const run = async (): Promise<void> => {
    await waitForAbort(signal, stopped.signal);
    await clock.sleep(graceMs, stopped.signal);
    aborted.abort(new TaskError('interrupted'));
  };
  run().catch((error: unknown) => {
    // Without a working clock there is no grace: better to stop at once than to be killed with the lease held.
    if (!stopped.signal.aborted) aborted.abort(error);
  });
  return { aborted: aborted.signal, stop: () => stopped.abort() };
}

/** Resolves when `signal` aborts; rejects when `unless` does first. */
export function waitForAbort(signal: AbortSignal, unless: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve();
    // The first lives as long as the process and must not collect listeners.
    signal.addEventListener('abort', () => resolve(), { signal: unless });
    unless.addEventListener('abort', () => reject(unless.reason));
  });
}
