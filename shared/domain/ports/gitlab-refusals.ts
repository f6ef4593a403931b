import { type ErrorCode, TaskError } from '../../kernel/errors.ts';

const HIDDEN: readonly ErrorCode[] = ['gitlab-not-found', 'gitlab-forbidden'];
const REFUSED: readonly ErrorCode[] = [...HIDDEN, 'gitlab-refused'];

/** Whether GitLab says that it is not there or not for this account: how it answers for what is one or the other. */
export function isHiddenByGitLab(error: unknown): boolean {
  return error instanceof TaskError && HIDDEN.includes(error.code);
}

/** The same, or GitLab does not accept the request as it is. A token that is not valid is none of these. */
export function isRefusedByGitLab(error: unknown): boolean {
  return error instanceof TaskError && REFUSED.includes(error.code);
}
