import type { Failure } from './failures/failure.ts';
import { SERVICE_FAILURES } from './failures/service-failures.ts';
import { WORK_FAILURES } from './failures/work-failures.ts';

/** What is known of every code. */
export const FAILURES = { ...SERVICE_FAILURES, ...WORK_FAILURES };

/** Every way a task can fail, as words dashboards may count: add freely, rename never. */
export type ErrorCode = keyof typeof FAILURES;

export interface TaskErrorOptions extends ErrorOptions {
  /**
   * For people, added to the catalogue's sentence: file names, a command's output. Redacted at the sink, never a
   * secret.
   */
  detail?: string;
  /** The service said not to come back before this many milliseconds. */
  retryAfterMs?: number;
}

/** A failure with a name. Anything else that is thrown is a bug and is reported to people only as `unexpected`. */
export class TaskError extends Error {
  override readonly name = 'TaskError';
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, { detail, retryAfterMs, ...options }: TaskErrorOptions = {}) {
    super(detail ? `${code}: ${detail}` : code, options);
    this.code = code;
    this.detail = detail;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What the catalogue says about a code. */
export function describeError(code: ErrorCode): Failure {
  return FAILURES[code];
}

/** Whether an error is a named failure that may pass by itself. */
export function isTransient(error: unknown): error is TaskError {
  return error instanceof TaskError && describeError(error.code).retry;
}

/** Whether an error is a refusal of what was asked for: trying again changes nothing, with no credential of ours. */
export function isRefusal(error: unknown): error is TaskError {
  if (!(error instanceof TaskError)) return false;
  const { retry, credential } = describeError(error.code);
  return !retry && !credential;
}

export function isErrorCode(value: string): value is ErrorCode {
  return Object.hasOwn(FAILURES, value);
}
