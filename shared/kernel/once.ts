/**
 * The same work, done once: callers share the call under way, and later ones its result. A failure is not remembered,
 * so the next caller tries again.
 */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work().catch((error: unknown) => {
      result = undefined;
      throw error;
    });
    return result;
  };
}

/**
 * What shared work resolves with, for one of its callers: that one stops waiting when its signal aborts, the work goes
 * on for the others. @throws {unknown} what the work throws, or the reason of the signal
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const settled = new AbortController();
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true, signal: settled.signal });
    work.then(resolve, reject).finally(() => settled.abort());
  });
}

/**
 * The same work, never twice at the same time: callers share the call under way, per key where there is one. What
 * stands behind the key is taken from the first of them.
 */
export function singleFlight<Key extends readonly [] | readonly [string, ...unknown[]], T>(
  work: (...key: Key) => Promise<T>,
): (...key: Key) => Promise<T> {
  const running = new Map<string | undefined, Promise<T>>();
  return (...key) => {
    const shared = running.get(key[0]);
    if (shared) return shared;
    const started = work(...key).finally(() => running.delete(key[0]));
    running.set(key[0], started);
    return started;
  };
}
