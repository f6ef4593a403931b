import { describeError, type ErrorCode, TaskError } from '../../shared/kernel/errors.ts';

/**
 * The failure that keeps a poller where it is, or `undefined` when the item that failed is given up: it is gone, we may
 * not see it, or it has failed so often in its present state that it would only hold up the others. `hasFailedTooOften`
 * counts this failure.
 */
export function findBlockingFailure(error: unknown, hasFailedTooOften: () => boolean): TaskError | undefined {
  const failure = error instanceof TaskError ? error : new TaskError('unexpected', { cause: error });
  const isOurs = failure.code.startsWith('storage-') || OF_NO_ITEM.has(failure.code);
  if (isOurs) return failure;
  const isFinal = failure.code !== 'unexpected' && !describeError(failure.code).retry;
  return isFinal || hasFailedTooOften() ? undefined : failure;
}

/**
 * A credential that is refused or not there says nothing of one item, and works again once a person has mended it; a
 * service that asks us to slow down means every request, the next one as well.
 */
const OF_NO_ITEM: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'gitlab-unauthorized',
  'jira-unauthorized',
  'jira-sign-in-refused',
  'jira-sign-in-failed',
  'credential-unknown',
  'key-vault-forbidden',
  'key-vault-unavailable',
  'gitlab-rate-limited',
  'jira-rate-limited',
]);
