import { describeError, TaskError } from '../../shared/kernel/errors.ts';

/**
 * The failure that keeps a poller where it is, or `undefined` when the item that failed is given up: it is gone, we may
 * not see it, or it has failed so often in its present state that it would only hold up the others. `hasFailedTooOften`
 * counts this failure.
 */
export function findBlockingFailure(error: unknown, hasFailedTooOften: () => boolean): TaskError | undefined {
  const failure = error instanceof TaskError ? error : new TaskError('unexpected', { cause: error });
  const isOurs = failure.code.startsWith('storage-');
  if (isOurs) return failure;
  const isFinal = failure.code !== 'unexpected' && !describeError(failure.code).retry;
  return isFinal || hasFailedTooOften() ? undefined : failure;
}
