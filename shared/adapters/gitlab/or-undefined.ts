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
