import { DIFF_ARGUMENTS } from '../../shared/domain/review/diff-arguments.ts';
import type { Repository } from './git.ts';
import { runInRepository } from './run-git.ts';

export interface Diff {
  /** Unified diff as git prints it, names quoted as git quotes them. */
  text: string;
  /** Cut after a whole line because it was longer than allowed. */
  truncated: boolean;
}

/**
 * What changed from one commit to another, by git's own diff: no driver or converter the repository names, and the same
 * files, renames and hunks as GitLab shows.
 */
export async function diffRange(
  repository: Repository,
  { from, to, maxBytes = 10 * 1024 * 1024 }: { from: string; to: string; maxBytes?: number },
  signal: AbortSignal,
): Promise<Diff> {
  // Between two commits nothing is started inside a submodule; a moved one must be seen.
  const args = [...DIFF_ARGUMENTS, '--ignore-submodules=none', '--end-of-options', from, to, '--'];
  const { stdout, truncated } = await runInRepository(
    repository,
    args,
    { maxOutputBytes: maxBytes, truncate: true },
    signal,
  );
  const end = truncated ? stdout.lastIndexOf('\n') + 1 : stdout.length;
  return { text: stdout.toString('utf8', 0, end), truncated };
}
