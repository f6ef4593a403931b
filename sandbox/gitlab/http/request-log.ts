/** One request the sandbox got, however it was answered. */
export interface LoggedRequest {
  /** `GET /projects/:id`, `git-receive-pack`; `unknown` for what it does not speak. */
  endpoint: string;
  method: string;
  /** With the query, as it came. */
  url: string;
  headers: Record<string, string>;
  /** The raw body of an API request; empty for git. */
  body: string;
  /** 0 when the connection was broken instead. */
  status: number;
  /** The owner of the token, when it is known. */
  username?: string;
}

export interface RequestLog {
  readonly entries: readonly LoggedRequest[];
  add(entry: LoggedRequest): void;
  /** How often an endpoint was called; without a name, how often any was. */
  count(endpoint?: string): number;
  /** Calls by endpoint, for printing and for exact assertions. */
  byEndpoint(): Record<string, number>;
  clear(): void;
}

export function createRequestLog(): RequestLog {
  let entries: LoggedRequest[] = [];
  return {
    get entries() {
      return entries;
    },
    add: (entry) => void entries.push(entry),
    count: (endpoint) => entries.filter((entry) => endpoint === undefined || entry.endpoint === endpoint).length,
    byEndpoint() {
      const counts: Record<string, number> = {};
      for (const { endpoint } of entries) counts[endpoint] = (counts[endpoint] ?? 0) + 1;
      return counts;
    },
    clear() {
      entries = [];
    },
  };
}
