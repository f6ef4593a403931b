import type { Repository } from './git.ts';
import { type ReadLimits, readTree } from './read-tree.ts';

/** Where GitLab looks, in this order; only the first one counts. */
const PLACES = ['CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'];
const MAX_BYTES = 512 * 1024;
const LIMITS: ReadLimits = {
  maxFiles: PLACES.length,
  maxFileBytes: MAX_BYTES,
  maxTotalBytes: PLACES.length * MAX_BYTES,
};

/** The CODEOWNERS file of one commit: the target branch. `problem` is for people; without a file both are absent. */
export async function readCodeOwners(
  repository: Repository,
  commit: string,
  signal: AbortSignal,
): Promise<{ text?: string; problem?: string }> {
  const request = { commit, select: (path: string) => PLACES.includes(path), limits: LIMITS };
  const { files, leftOut } = await readTree(repository, request, signal);
  const first = PLACES.find((place) => [...files, ...leftOut].some(({ path }) => path === place));
  const text = files.find(({ path }) => path === first)?.content;
  if (text !== undefined) return { text };
  return first === undefined ? {} : { problem: 'is larger than 512 kB or no text' };
}
