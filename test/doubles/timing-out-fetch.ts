/**
 * A `fetch` whose first `times` requests time out as soon as the server has received them, and whose others take the
 * time they need: how long either takes decides nothing.
 */
export function createTimingOutFetch(
  { times, countReceived }: { times: number; countReceived: () => number },
  send: typeof fetch = fetch,
): typeof fetch {
  let left = times;
  return async (input, init) => {
    if (left === 0) return send(input, init);
    left -= 1;
    const before = countReceived();
    const limit = new AbortController();
    const watch = setInterval(() => {
      if (countReceived() > before) limit.abort(new DOMException('The operation timed out.', 'TimeoutError'));
    }, 5);
    try {
      return await send(input, {
        ...init,
        signal: AbortSignal.any([limit.signal, ...(init?.signal ? [init.signal] : [])]),
      });
    } finally {
      clearInterval(watch);
    }
  };
}
