import { type ErrorCode, TaskError } from '../../kernel/errors.ts';
import { fitWords } from '../../kernel/text/fit-words.ts';
import { oneLine } from '../../kernel/text/one-line.ts';

/** An answer of GitLab that is not a success, reduced to what may be kept. The cause of a `TaskError`. */
export class HttpStatusError extends Error {
  override readonly name = 'HttpStatusError';
  readonly status: number;

  constructor(method: string, path: string, status: number) {
    super(`${method} ${path} answered ${status}`);
    this.status = status;
  }
}

/** The HTTP status behind an error of this folder, or `undefined` when GitLab gave no answer at all. */
export function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpStatusError) return error.status;
  return error instanceof TaskError ? statusOf(error.cause) : undefined;
}

/** Maps an answer to the catalogue by its status alone. */
export function toTaskError(cause: HttpStatusError, detail: string, retryAfterMs?: number): TaskError {
  const code = codeOf(cause.status);
  return new TaskError(code, {
    cause,
    // The other codes say everything; a refusal has a reason of its own.
    ...(code === 'gitlab-refused' && detail !== '' ? { detail } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function codeOf(status: number): ErrorCode {
  if (status === 401) return 'gitlab-unauthorized';
  if (status === 403) return 'gitlab-forbidden';
  if (status === 404) return 'gitlab-not-found';
  if (status === 429) return 'gitlab-rate-limited';
  return status >= 500 ? 'gitlab-unavailable' : 'gitlab-refused';
}

const MAX_DETAIL_LENGTH = 300;

/** The short reason in a refusal's body (`message` or `error`), on one line and cut at a word, because it is not masked yet; empty when there is none. */
export function readRefusal(body: unknown): string {
  if (typeof body !== 'object' || body === null) return '';
  const { message, error } = body as { message?: unknown; error?: unknown };
  const reason = message ?? error ?? '';
  const text = typeof reason === 'string' ? reason : JSON.stringify(reason);
  return fitWords(oneLine(text), MAX_DETAIL_LENGTH);
}

/**
 * How long GitLab asks us to stay away: `Retry-After` in seconds or as a date, else `RateLimit-Reset` (Unix
 * seconds). Application limits send neither (administration/settings: rate limits on notes creation).
 */
export function readRetryAfterMs(headers: Headers, now: number): number | undefined {
  const retryAfter = headers.get('retry-after');
  if (retryAfter !== null) {
    if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000;
    const date = Date.parse(retryAfter);
    if (!Number.isNaN(date)) return Math.max(0, date - now);
  }
  const reset = headers.get('ratelimit-reset');
  if (reset !== null && /^\d+$/.test(reset) && headers.get('ratelimit-remaining') === '0') {
    return Math.max(0, Number(reset) * 1000 - now);
  }
  return undefined;
}
