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
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && NOT_CONNECTED.has(cause.code)) return true;
  }
  return false;
}

const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
