import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { ReviewedFile } from '../../../shared/domain/prompts/review-prompt.ts';
import { type FileDiff, parseDiff } from '../../../shared/domain/review/parse-diff.ts';
import { diffRange } from '../../git/diff-range.ts';
import type { Repository } from '../../git/git.ts';

/** The change of one file with the text git printed for it. */
export interface ChangedFile {
  diff: FileDiff;
  text: string;
}

const MAX_DIFF_BYTES = 32 * 1024 * 1024;

/** What changed between two commits, file by file; `undefined` when it is more than can be held. */
export async function readChanges(
  repository: Repository,
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<ChangedFile[] | undefined> {
  const { text, truncated } = await diffRange(repository, { from, to, maxBytes: MAX_DIFF_BYTES }, signal);
  if (truncated) return undefined;
  // Only at the beginning of a line as git counts them: for the flag `m` a lone carriage return in a line would begin
  // one too.
  const sections = text.split(/(?<![^\n])(?=diff --git )/).filter((section) => section.startsWith('diff --git '));
  return sections.flatMap((section) => parseDiff(section).map((diff) => ({ diff, text: section })));
}

/** Writes one file per changed file into `directory`, whole, for the agent to read. */
export async function writeDiffs(directory: string, changes: readonly ChangedFile[]): Promise<ReviewedFile[]> {
  await mkdir(directory, { recursive: true });
  const files: ReviewedFile[] = [];
  for (const [index, { diff, text }] of changes.entries()) {
    const diffFile = path.join(directory, `${String(index + 1).padStart(3, '0')}.diff`);
    await writeFile(diffFile, text);
    const { oldPath, newPath, status } = diff;
    const { added, removed } = countLines([diff]);
    files.push({ oldPath, newPath, status, addedLines: added, removedLines: removed, diffFile });
  }
  return files;
}

export function countLines(files: readonly FileDiff[]): { added: number; removed: number } {
  const lines = files.flatMap(({ hunks }) => hunks.flatMap((hunk) => hunk.lines));
  return {
    added: lines.filter(({ kind }) => kind === 'added').length,
    removed: lines.filter(({ kind }) => kind === 'removed').length,
  };
}
