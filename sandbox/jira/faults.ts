export interface Fault {
  /** Which requests: all that are not given match everything. */
  match?: { method?: string; endpoint?: string; path?: RegExp };
  /** How many requests; once unless said otherwise. */
  times?: number;
  /** Answer with this status, `headers` and `body` instead of the real answer. */
  status?: number;
  headers?: Record<string, string>;
  /** A string is sent as it is, everything else as JSON. */
  body?: unknown;
  /** Do what was asked before failing: the answer is lost, the effect is not. */
  afterEffect?: boolean;
  /** Close the connection instead of answering. */
  drop?: boolean;
  /** Wait before anything else. */
  delayMs?: number;
  /** Wait for this as well. */
  until?: Promise<unknown>;
}

/** Faults a test switched on, each used up by the requests it matches. */
export class Faults {
  readonly #pending: { fault: Fault; left: number }[] = [];

  failNext(fault: Fault): void {
    this.#pending.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#pending.length = 0;
  }

  take(request: { method: string; endpoint: string; path: string }): Fault | undefined {
    const index = this.#pending.findIndex(({ fault: { match = {} } }) =>
      [
        match.method === undefined || match.method === request.method,
        match.endpoint === undefined || match.endpoint === request.endpoint,
        match.path === undefined || match.path.test(request.path),
      ].every(Boolean),
    );
    const found = this.#pending[index];
    if (!found) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.#pending.splice(index, 1);
    return found.fault;
  }
}
