import type { Repository } from './git.ts';
import { isCommitId, rememberByCommit } from './remember-by-commit.ts';
import { resolveObject } from './resolve-commits.ts';
import { runInRepository } from './run-git.ts';
import type { TreeEntry } from './tree-links.ts';

/** Every entry of a commit's tree in git's order, directories left out. */
export async function listEntries(
  repository: Repository,
  commit: string,
  signal: AbortSignal,
): Promise<readonly TreeEntry[]> {
  const sha = isCommitId(commit) ? commit : await resolveObject(repository, `${commit}^{commit}`, signal);
  return rememberByCommit(repository, 'entries', [sha], () => readEntries(repository, sha, signal));
}

async function readEntries(repository: Repository, commit: string, signal: AbortSignal): Promise<TreeEntry[]> {
  const args = ['ls-tree', '-r', '-z', '--full-tree', '--end-of-options', commit];
  const { stdout } = await runInRepository(repository, args, {}, signal);
  return stdout
    .toString('utf8')
    .split('\0')
    .flatMap((record): TreeEntry[] => {
      const tab = record.indexOf('\t');
      const [mode, , oid] = record.slice(0, tab).split(' ');
      return tab > 0 && mode && oid ? [{ path: record.slice(tab + 1), mode, oid }] : [];
    });
}
