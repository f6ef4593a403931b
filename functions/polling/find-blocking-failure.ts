import { describeError, type ErrorCode, TaskError } from '../../shared/kernel/errors.ts';

/**
 * The failure that keeps a poller where it is, or `undefined` when the item that failed is given up: it is gone, we may
 * not see it, or it has failed so often in its present state that it would only hold up the others. `hasFailedTooOften`
 * counts this failure.
 */
export function findBlockingFailure(error: unknown, hasFailedTooOften: () => boolean): TaskError | undefined {
  const failure = error instanceof TaskError ? error : new TaskError('unexpected', { cause: error });
  const { retry, credential } = describeError(failure.code);
  const isOurs = failure.code.startsWith('storage-') || credential === true || OF_NO_ITEM.has(failure.code);
  if (isOurs) return failure;
  const isFinal = failure.code !== 'unexpected' && !retry;
  return isFinal || hasFailedTooOften() ? undefined : failure;
}

/**
 * As a credential that is refused, one that is not there says nothing of one item, and works again once a person has
 * mended it; a service that asks us to slow down means every request, the next one as well.
 */
const OF_NO_ITEM: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'jira-sign-in-failed',
  'credential-unknown',
  'key-vault-forbidden',
  'key-vault-unavailable',
  'gitlab-rate-limited',
  'jira-rate-limited',
]);
