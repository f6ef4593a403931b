/**
 * Runs two works side by side. When the short one fails the long one is aborted; in every case both have ended before
 * this does, so that no work goes on in a directory that is being removed.
 */
export async function bothOrFirstFailure<Long, Short>(
  long: (signal: AbortSignal) => Promise<Long>,
  short: () => Promise<Short>,
  signal: AbortSignal,
): Promise<[Long, Short]> {
  const failed = new AbortController();
  const longEnding = settle(long(AbortSignal.any([signal, failed.signal])));
  const shortEnding = await settle(short());
  if (shortEnding.kind === 'rejected') failed.abort(shortEnding.reason);
  const ending = await longEnding;
  if (shortEnding.kind === 'rejected') throw shortEnding.reason;
  if (ending.kind === 'rejected') throw ending.reason;
  return [ending.value, shortEnding.value];
}

type Ending<T> = { kind: 'fulfilled'; value: T } | { kind: 'rejected'; reason: unknown };

function settle<T>(work: Promise<T>): Promise<Ending<T>> {
  return work.then(
    (value): Ending<T> => ({ kind: 'fulfilled', value }),
    (reason: unknown): Ending<T> => ({ kind: 'rejected', reason }),
  );
}
