import { TaskError } from '../../shared/kernel/errors.ts';

/** After git-check-ref-format(1), plus: no leading dash, which is an option to every tool that reads the name. */
export function isBranchName(name: string): boolean {
  return (
    name !== '' &&
    name !== '@' &&
    name.length <= 200 &&
    !/[\p{Cc} ~^:?*[\\]|\.\.|@\{|\/\/|^[-/]|[/.]$/u.test(name) &&
    name.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'))
  );
}

/** @throws {TaskError} `git-failed` for a name git would not take. */
export function assertBranchName(name: string): void {
  if (!isBranchName(name))
    throw new TaskError('git-failed', { detail: `${JSON.stringify(name)} is not a branch name` });
}
