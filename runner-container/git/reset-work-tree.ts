import { TaskError } from '../../shared/kernel/errors.ts';
import type { Repository } from './git.ts';
import { listEntries } from './list-entries.ts';
import { writeWorkTree } from './run-git.ts';

/**
 * Makes index and work tree what HEAD, or the commit given, is; what the work tree had is gone.
 * @throws {TaskError} `tree-refused` when the commit has paths that git writes nowhere, with their names.
 */
export async function resetWorkTree(
  repository: Repository,
  { sha, timeoutMs }: { sha?: string; timeoutMs?: number },
  signal: AbortSignal,
): Promise<void> {
  const args = ['reset', '--quiet', '--hard', ...(sha === undefined ? [] : [sha])];
  try {
    await writeWorkTree(repository, args, { timeoutMs }, signal);
  } catch (cause) {
    if (!(cause instanceof TaskError) || cause.code !== 'git-failed') throw cause;
    const refused = await findRefusedPaths(repository, sha ?? 'HEAD', signal);
    if (refused.length === 0) throw cause;
    throw new TaskError('tree-refused', { detail: refused.slice(0, MAX_NAMED).join('\n'), cause });
  }
}

const MAX_NAMED = 20;

/** Paths that `core.protectNTFS` and `core.protectHFS` keep out of every work tree, by the names git itself gives. */
async function findRefusedPaths(repository: Repository, commit: string, signal: AbortSignal): Promise<string[]> {
  const entries = await listEntries(repository, commit, signal);
  return entries.filter(({ path, mode }) => isRefused(path, mode)).map(({ path }) => path);
}

function isRefused(path: string, mode: string): boolean {
  const parts = path.replaceAll('\\', '/').normalize('NFKC').replaceAll(IGNORED_BY_HFS, '').toLowerCase().split('/');
  const name = parts.at(-1) ?? '';
  return (
    parts.some(
      (part) => part === '' || part === '.' || part === '..' || /^(?:\.git|git~\d+)(?:[. ]*|:.*)$/.test(part),
    ) ||
    // A link in the place of this file would have git read another one.
    (mode === '120000' && /^(?:\.gitmodules|gitmod~\d+|gi7eba~\d+)(?:[. ]*|:.*)$/.test(name))
  );
}

const IGNORED_BY_HFS = /[\u200b-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
