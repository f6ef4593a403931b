import { isHiddenByGitLab } from '../../domain/ports/gitlab-refusals.ts';
import { TaskError } from '../../kernel/errors.ts';

/** `undefined` when GitLab says 404; every other failure stays one. */
export async function orUndefined(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof TaskError && error.code === 'gitlab-not-found') return undefined;
    throw error;
  }
}

/** `undefined` also when GitLab says 403: how it answers for what an edition, a version or a token does not have. */
export async function orHidden(response: Promise<unknown>): Promise<unknown> {
  try {
    return await response;
  } catch (error) {
    if (isHiddenByGitLab(error)) return undefined;
    throw error;
  }
}
