/** Gives access tokens; every credential of `@azure/identity` is one. */
interface TokenSource {
  getToken(scopes: string | string[], options?: object): Promise<{ token: string; expiresOnTimestamp: number } | null>;
}

export type StorageService = 'queue' | 'table' | 'blob';

/**
 * The storage account: by connection string (Azurite, development), or with an identity by name or by its three URLs.
 */
export type StorageAccount =
  | { connectionString: string }
  | { accountName: string; credential: TokenSource }
  | { endpoints: Record<StorageService, string>; credential: TokenSource };

/** The URL of one service of an account that is reached with an identity. */
export function buildEndpoint(
  account: Exclude<StorageAccount, { connectionString: string }>,
  service: StorageService,
): string {
  if ('endpoints' in account) return account.endpoints[service];
  return `https://${account.accountName}.${service}.core.windows.net`;
}

/**
 * What tests put before the names of queues, tables and containers, so that several of them share one account.
 * @throws {RangeError} when the service would not take it.
 */
export function assertPrefix(prefix: string): void {
  if (!/^([a-z][a-z0-9]{0,19})?$/.test(prefix)) {
    throw new RangeError('A storage name prefix has at most 20 lower case letters and digits and begins with a letter');
  }
}

/** Attempts and waits of the Azure clients themselves; what outlasts them is the task's or the sweeper's business. */
export const CLIENT_TRIES = 3;
export const CLIENT_RETRY_DELAY_MS = 300;
export const CLIENT_MAX_RETRY_DELAY_MS = 4000;
export const CLIENT_TRY_TIMEOUT_MS = 30_000;

/** No line to the storage of a deployment is slower. */
const SLOWEST_BYTES_PER_MS = 64;

/**
 * Ends a call that gets no answer, by the content it moves. The clients of queues and blobs have no timeout of their
 * own (theirs is a wish to the service): a connection that falls silent would hold a webhook or a runner for ever.
 */
export function limitCall(bytes = 0): { abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(CLIENT_TRY_TIMEOUT_MS + Math.ceil(bytes / SLOWEST_BYTES_PER_MS)) };
}
