import { checkLfs } from '../../gate/check-lfs.ts';
import { readHeads } from '../../git/push-branch.ts';
import { readLfsFiles } from '../../git/read-lfs-files.ts';
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
    allowed,
  }: Pick<CheckRequest, 'repository' | 'binding' | 'targetSha' | 'allowed'> & { base: string },
  signal: AbortSignal,
): Promise<string[]> {
  const { headSha } = await readHeads(repository, signal);
  const raw = checkLfs(await readLfsFiles(repository, base, headSha, signal)).flatMap(({ path }) => path ?? []);
  if (raw.length === 0 || !(await hasLfs(repository, signal))) return [];
  await judgeCommit(repository, { from: base, to: headSha, targetSha, lfs: 'bytes', allowed }, binding, signal);
  return writeLfsPointers(repository, raw, signal);
}
