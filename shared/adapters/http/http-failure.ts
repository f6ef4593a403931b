import { type ErrorCode, TaskError } from '../../kernel/errors.ts';

/** The services that are reached over HTTP; the first word of their error codes. */
export type Service = 'gitlab' | 'jira';

/** An answer that is not a success, reduced to what may be kept. The cause of a `TaskError`. */
export class HttpStatusError extends Error {
  override readonly name = 'HttpStatusError';
  readonly status: number;

  constructor(method: string, path: string, status: number) {
    super(`${method} ${path} answered ${status}`);
    this.status = status;
  }
}

/** The HTTP status behind an error of these clients, or `undefined` when the service gave no answer at all. */
export function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpStatusError) return error.status;
  return error instanceof TaskError ? statusOf(error.cause) : undefined;
}

/** Maps an answer to the catalogue by its status alone. The other codes say everything; a refusal has a reason. */
export function toTaskError(
  service: Service,
  cause: HttpStatusError,
  { detail, retryAfterMs }: { detail?: string; retryAfterMs?: number | undefined } = {},
): TaskError {
  return new TaskError(codeOf(service, cause.status), {
    cause,
    ...(detail ? { detail } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function codeOf(service: Service, status: number): ErrorCode {
  if (status === 401) return `${service}-unauthorized`;
  if (status === 403) return `${service}-forbidden`;
  if (status === 404) return `${service}-not-found`;
  if (status === 429) return `${service}-rate-limited`;
  return status === 408 || status >= 500 ? `${service}-unavailable` : `${service}-refused`;
}

/** Whether a request failed before anything of it left this machine: no name, no route, no connection. */
export function wasNeverSent(error: unknown): boolean {
  return isCausedBy(error, NOT_CONNECTED);
}

/** What a person can do about a connection that failed; nothing for one that may work the next time. */
export function explainConnection(error: unknown): string | undefined {
  if (!isCausedBy(error, NOT_TRUSTED)) return undefined;
  return 'its certificate is not trusted here: NODE_EXTRA_CA_CERTS must name a file with the certificates of the company';
}

function isCausedBy(error: unknown, codes: ReadonlySet<string>): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && codes.has(cause.code)) return true;
  }
  return false;
}

/** https://nodejs.org/api/tls.html, "X509 certificate error codes": an issuer that is not known. */
const NOT_TRUSTED = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
]);

const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
