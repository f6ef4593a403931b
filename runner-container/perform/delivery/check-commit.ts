import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { exportCommit } from '../../git/export-commit.ts';
import type { Repository } from '../../git/git.ts';
import { emptyDirectory, type Workspace } from '../../workspace/workspace.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import { judgeCommit } from './judge-commit.ts';
import { validateChange } from './validate-change.ts';

/** What a commit is checked with before it is pushed, or believed. */
export interface CheckRequest {
  deps: Pick<RunnerDeps, 'settings' | 'isolation' | 'clock' | 'validateSecretFor' | 'redact'>;
  repository: Repository;
  workspace: Workspace;
  binding: Binding;
  /** The target branch as it is now: people say there which values are no credentials. */
  targetSha: string;
}

/**
 * Judges what a range of commits changes and runs `validate` on exactly the files of the last one: what lies beside
 * them in the work tree, and would be missing in GitLab, cannot make it pass. Resolves with a line for each check.
 * @throws {Refusal} `change-refused`, `validation-failed`
 * @throws {TaskError} `credential-unknown`, `key-vault-*` where a secret of `validate` cannot be read.
 */
export async function checkCommit(
  { deps, repository, workspace, binding, targetSha }: CheckRequest,
  { from, to }: { from: string; to: string },
  signal: AbortSignal,
): Promise<string[]> {
  await judgeCommit(repository, { from, to, targetSha }, binding, signal);
  const { validate, validateEnv } = binding;
  if (validate === undefined) return [];
  await emptyDirectory(workspace.validation);
  await exportCommit(repository, to, workspace.validation, signal);
  return [await validateChange({ validate, ...(validateEnv ? { validateEnv } : {}) }, workspace, deps, signal)];
}
