import { TaskError } from '../../shared/kernel/errors.ts';
import { isBranchName } from '../../shared/kernel/text/branch-name.ts';

/** @throws {TaskError} `git-failed` for a name git would not take. */
export function assertBranchName(name: string): void {
  if (!isBranchName(name))
    throw new TaskError('git-failed', { detail: `${JSON.stringify(name)} is not a branch name` });
}
