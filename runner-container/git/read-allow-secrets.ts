import type { Repository } from './git.ts';
import { readTree } from './read-tree.ts';

/** Where a repository lists the files that may hold what looks like a credential. The agent may not change it. */
export const ALLOW_SECRETS_FILE = '.cmap/allow-secrets';

const LIMITS = { maxFiles: 1, maxFileBytes: 64 * 1024, maxTotalBytes: 64 * 1024 };

/** The list as people keep it on the target branch; empty when there is none. */
export async function readAllowSecrets(
  repository: Repository,
  targetSha: string,
  signal: AbortSignal,
): Promise<string> {
  const select = (path: string) => path === ALLOW_SECRETS_FILE;
  const { files } = await readTree(repository, { commit: targetSha, select, limits: LIMITS }, signal);
  return files[0]?.content ?? '';
}
