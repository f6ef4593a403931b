import type { Repository } from './git.ts';
import { runInRepository } from './run-git.ts';

export interface Diff {
  /** Unified diff as git prints it, names quoted as git quotes them. */
  text: string;
  /** Cut after a whole line because it was longer than allowed. */
  truncated: boolean;
}

/** What changed from one commit to another, by git's own diff: no driver or converter the repository names. */
export async function diffRange(
  repository: Repository,
  from: string,
  to: string,
  { maxBytes = 10 * 1024 * 1024, contextLines = 3 }: { maxBytes?: number; contextLines?: number },
  signal: AbortSignal,
): Promise<Diff> {
  const args = [
    'diff-tree',
    '-r',
    '-p',
    '-M',
    `-U${contextLines}`,
    '--full-index',
    '--no-ext-diff',
    '--no-textconv',
    '--no-color',
    '--src-prefix=a/',
    '--dst-prefix=b/',
    '--end-of-options',
    from,
    to,
    '--',
  ];
  const { stdout, truncated } = await runInRepository(
    repository,
    args,
    { maxOutputBytes: maxBytes, truncate: true },
    signal,
  );
  const end = truncated ? stdout.lastIndexOf('\n') + 1 : stdout.length;
  return { text: stdout.toString('utf8', 0, end), truncated };
}
