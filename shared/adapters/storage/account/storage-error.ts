import * as z from 'zod';

import { TaskError } from '../../../kernel/errors.ts';
import { lazily } from '../../../kernel/lazily.ts';
import { isSignInFailure } from '../../identity/sign-in-failure.ts';

/**
 * The queue and blob clients and transactions put the service's code into `code`; other table calls leave it in the
 * body.
 */
const ClientError = lazily(() =>
  z.object({
    statusCode: z.number().optional().catch(undefined),
    code: z.string().optional().catch(undefined),
    details: z
      .object({ odataError: z.object({ code: z.string() }) })
      .optional()
      .catch(undefined),
  }),
);

/**
 * The HTTP status and code of an error of any Azure SDK client, read by shape because each client brings its own class.
 */
export function describeStorageError(error: unknown): { status: number | undefined; code: string | undefined } {
  if (!(error instanceof Error)) return { status: undefined, code: undefined };
  const { statusCode, code, details } = ClientError().parse(error);
  return { status: statusCode, code: code ?? details?.odataError.code };
}

/**
 * What a failed storage call means for a task: no answer, no sign-in, throttled or broken is `storage-unavailable` (may
 * be tried again), a refusal is `storage-refused`. Anything that did not come from the client is a bug and is returned
 * as it is.
 */
export function toStorageError(error: unknown): unknown {
  if (error instanceof TaskError || error instanceof RangeError || error instanceof TypeError) return error;
  if (isSignInFailure(error)) {
    return new TaskError('storage-unavailable', { detail: 'This process could not sign in to Azure.', cause: error });
  }
  const { status, code } = describeStorageError(error);
  if (status === undefined) {
    return code === undefined && !isTimeout(error) ? error : new TaskError('storage-unavailable', { cause: error });
  }
  // A table or queue that was deleted a moment ago is gone in less than a minute, and may be made again then.
  const isBeingDeleted = code?.endsWith('BeingDeleted') ?? false;
  const passing = status >= 500 || status === 408 || status === 429 || isBeingDeleted;
  return new TaskError(passing ? 'storage-unavailable' : 'storage-refused', {
    cause: error,
    ...(passing ? {} : { detail: `${status} ${code ?? ''}`.trim() }),
  });
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}
