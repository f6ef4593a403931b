import type { Repository } from './git.ts';
import { type ReadLimits, readTree } from './read-tree.ts';

const MAX_BYTES = 32 * 1024;
const LIMITS: ReadLimits = { maxFiles: 5, maxFileBytes: MAX_BYTES, maxTotalBytes: 5 * MAX_BYTES };

/** A template, or why there is none that can be used, for people. */
export type FoundTemplate = { text: string } | { problem: string };

/**
 * A merge request template of the repository, from one commit: the target branch, never a branch the agent may write.
 * Its name counts in any case, as people write `default.md` on Windows; the one written as asked for comes first.
 */
export async function readMergeRequestTemplate(
  repository: Repository,
  { commit, name }: { commit: string; name: string },
  signal: AbortSignal,
): Promise<FoundTemplate> {
  const asked = `.gitlab/merge_request_templates/${name}.md`;
  const isAsked = (path: string) => path.toLowerCase() === asked.toLowerCase();
  const { files, leftOut } = await readTree(repository, { commit, select: isAsked, limits: LIMITS }, signal);
  const file = files.find(({ path }) => path === asked) ?? files[0];
  if (file) return file.content.trim() === '' ? { problem: 'is empty' } : { text: file.content };
  if (leftOut.length === 0) return { problem: 'is not on the target branch' };
  return { problem: leftOut.some(({ reason }) => reason === 'binary') ? 'is no text' : 'is larger than 32 kB' };
}
