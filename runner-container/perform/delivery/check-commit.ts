import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { AllowedFile } from '../../../shared/domain/runs/refused-work.ts';
import { fitText } from '../../../shared/kernel/text/fit-text.ts';
import { oneLine } from '../../../shared/kernel/text/one-line.ts';
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
  /** What a person lets pass for this run. */
  allowed?: readonly AllowedFile[] | undefined;
}

export interface CheckedCommit {
  /** A line for each check the runner made. */
  checks: string[];
  /** Paths that the range changes. */
  changed: string[];
}

/**
 * Judges what a range of commits changes and runs `validate` on exactly the files of the last one: what lies beside
 * them in the work tree, and would be missing in GitLab, cannot make it pass.
 * @throws {Refusal} `change-refused`, `validation-failed`
 * @throws {TaskError} `credential-unknown`, `key-vault-*` where a secret of `validate` cannot be read.
 */
export async function checkCommit(
  { deps, repository, workspace, binding, targetSha, allowed }: CheckRequest,
  { from, to }: { from: string; to: string },
  signal: AbortSignal,
): Promise<CheckedCommit> {
  const changed = await judgeCommit(repository, { from, to, targetSha, allowed }, binding, signal);
  const { validate, validateEnv } = binding;
  if (validate === undefined) return { checks: [], changed };
  await emptyDirectory(workspace.validation);
  await exportCommit(repository, to, workspace.validation, signal);
  const given = { validate, ...(validateEnv ? { validateEnv } : {}) };
  return { checks: [await validateChange(given, workspace, deps, signal)], changed };
}

/** Characters of a run's record for the names of changed files. */
const SHOWN_NAMES = 1000;

/** What the record of a run keeps of a check: how many checks ran, how many files change, and the names that fit. */
export function toCheckedFields({ checks, changed }: CheckedCommit): Record<string, string | number> {
  const names = changed.map((path) => oneLine(path)).join(', ');
  return { checks: checks.length, files: changed.length, changed: fitText(names, SHOWN_NAMES) };
}
