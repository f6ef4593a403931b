import { checkLfs } from '../../gate/check-lfs.ts';
import { listLfsPaths } from '../../git/list-lfs-paths.ts';
import { readHeads } from '../../git/push-branch.ts';
import { readAddedText } from '../../git/read-added-text.ts';
import { readRawDiff } from '../../git/read-raw-diff.ts';
import { hasLfs } from '../../git/run-lfs.ts';
import { writeLfsPointers } from '../../git/write-lfs-pointers.ts';
import type { CheckRequest } from './check-commit.ts';
import { judgeCommit } from './judge-commit.ts';

/**
 * Where the commit at HEAD has files of Git LFS with their own bytes: puts pointers in their place, after the gate has
 * judged the bytes. Resolves with the objects to upload before the push. Without git-lfs on this machine nothing is
 * done, and the gate refuses such files.
 * @throws {Refusal} `change-refused`
 */
export async function storeLfsFiles(
  {
    repository,
    binding,
    base,
    targetSha,
  }: Pick<CheckRequest, 'repository' | 'binding' | 'targetSha'> & { base: string },
  signal: AbortSignal,
): Promise<string[]> {
  const { headSha } = await readHeads(repository, signal);
  const { changes } = await readRawDiff(repository, base, headSha, signal);
  const names = changes.filter(({ entry }) => entry !== 'none').map((change) => change.path);
  const ofLfs = await listLfsPaths(repository, headSha, names, signal);
  if (ofLfs.size === 0) return [];
  const added = await readAddedText(repository, base, headSha, signal);
  const raw = checkLfs(added, ofLfs).flatMap(({ path }) => path ?? []);
  if (raw.length === 0 || !(await hasLfs(repository, signal))) return [];
  await judgeCommit(repository, { from: base, to: headSha, targetSha, lfs: 'bytes' }, binding, signal);
  return writeLfsPointers(repository, raw, signal);
}
