import type { Finding } from '../../../shared/domain/review/finding.ts';
import type { FileDiff } from '../../../shared/domain/review/parse-diff.ts';
import { findFileDiff } from '../../../shared/domain/review/place-finding.ts';
import type { Repository } from '../../git/git.ts';
import { readTree } from '../../git/read-tree.ts';

const LIMITS = { maxFiles: 200, maxFileBytes: 2 * 1024 * 1024, maxTotalBytes: 32 * 1024 * 1024 };

/** The files at the head that findings suggest something for, to try the suggestions on. */
export async function readHeadContents(
  repository: Repository,
  headSha: string,
  { findings, files }: { findings: readonly Finding[]; files: readonly FileDiff[] },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(
    findings.flatMap((finding) => {
      const file = finding.suggestion == null ? undefined : findFileDiff(files, finding.path, finding.side);
      return file ? [file.newPath] : [];
    }),
  );
  if (wanted.size === 0) return new Map();
  const { files: found } = await readTree(
    repository,
    { commit: headSha, select: (path) => wanted.has(path), limits: LIMITS },
    signal,
  );
  return new Map(found.map(({ path, content }) => [path, content]));
}
